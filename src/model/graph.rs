//! Reads an ONNX file before the runtime does, and refuses what reaches outside of it.
//!
//! A tensor may name a file that holds its values, also inside a sparse tensor, a constant, a
//! subgraph or a function. Such names have been used to read any file of the machine, so no tensor
//! of that sort is accepted, wherever it stands. Field numbers are those of `onnx.proto3` (ONNX 1.20).

/// The messages of `onnx.proto3` through which a tensor can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Message {
    Model,
    Graph,
    Node,
    Attribute,
    Tensor,
    SparseTensor,
    Function,
    Training,
}

impl Message {
    /// The message that a field holds, where a tensor can be below it.
    fn child(self, field: u64) -> Option<Self> {
        Some(match (self, field) {
            (Self::Model, 7) | (Self::Attribute, 6 | 11) | (Self::Training, 1 | 2) => Self::Graph,
            (Self::Model, 20) => Self::Training,
            (Self::Model, 25) => Self::Function,
            (Self::Graph, 1) | (Self::Function, 7) => Self::Node,
            (Self::Graph, 5) | (Self::Attribute, 5 | 10) | (Self::SparseTensor, 1 | 2) => Self::Tensor,
            (Self::Graph, 15) | (Self::Attribute, 22 | 23) => Self::SparseTensor,
            (Self::Node, 5) | (Self::Function, 11) => Self::Attribute,
            _ => return None,
        })
    }
}

/// `TensorProto.external_data` and `TensorProto.data_location`.
const EXTERNAL_DATA: u64 = 13;
const DATA_LOCATION: u64 = 14;

/// Deepest nesting of subgraphs that is read.
const MAX_DEPTH: usize = 64;

/// Checks that the bytes are an ONNX model that holds all its data.
///
/// # Errors
/// A sentence that says what is wrong and what to do.
pub fn check(bytes: &[u8]) -> Result<(), String> {
    let mut graphs = 0;
    walk(Message::Model, bytes, 0, &mut graphs)?;
    if graphs == 0 {
        return Err("this is not an ONNX model: it holds no graph".to_owned());
    }
    Ok(())
}

fn walk(message: Message, mut bytes: &[u8], depth: usize, graphs: &mut usize) -> Result<(), String> {
    const BROKEN: &str =
        "this is not an ONNX model, or not a whole one: its fields do not fit; copy it again";
    if depth > MAX_DEPTH {
        return Err(format!("the graph is nested more than {MAX_DEPTH} deep, which no real model is"));
    }
    while !bytes.is_empty() {
        let key = varint(&mut bytes).ok_or(BROKEN)?;
        let field = key >> 3;
        match key & 7 {
            0 => {
                let value = varint(&mut bytes).ok_or(BROKEN)?;
                if message == Message::Tensor && field == DATA_LOCATION && value != 0 {
                    return Err(outside());
                }
            }
            1 => bytes = bytes.get(8..).ok_or(BROKEN)?,
            5 => bytes = bytes.get(4..).ok_or(BROKEN)?,
            2 => {
                let length = usize::try_from(varint(&mut bytes).ok_or(BROKEN)?).map_err(|_| BROKEN)?;
                let (value, rest) = bytes.split_at_checked(length).ok_or(BROKEN)?;
                bytes = rest;
                if message == Message::Tensor && (field == EXTERNAL_DATA || field == DATA_LOCATION) {
                    return Err(outside());
                }
                if let Some(child) = message.child(field) {
                    *graphs += usize::from(child == Message::Graph);
                    walk(child, value, depth + 1, graphs)?;
                }
            }
            _ => return Err(BROKEN.to_owned()),
        }
    }
    Ok(())
}

fn outside() -> String {
    "a tensor names a file outside of the model (external data), which is refused: \
     export the model again with all its data in one file"
        .to_owned()
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0u64;
    for shift in (0..64).step_by(7) {
        let (&first, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(number: u64, inside: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        push_varint(&mut bytes, number << 3 | 2);
        push_varint(&mut bytes, inside.len() as u64);
        bytes.extend_from_slice(inside);
        bytes
    }

    fn push_varint(bytes: &mut Vec<u8>, mut value: u64) {
        while value >= 0x80 {
            bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        bytes.push(value as u8);
    }

    /// A tensor that keeps its values in `/etc/passwd`.
    fn outside_tensor() -> Vec<u8> {
        field(EXTERNAL_DATA, b"\x0a\x08location\x12\x0b/etc/passwd")
    }

    #[test]
    fn external_data_is_refused_wherever_it_hides() {
        let by_location = {
            let mut bytes = Vec::new();
            push_varint(&mut bytes, DATA_LOCATION << 3);
            push_varint(&mut bytes, 1);
            bytes
        };
        let tensor = outside_tensor();
        let attribute = |inside: &[u8]| field(7, &field(1, &field(5, inside)));
        let subgraph = field(6, &field(5, &tensor));
        let cases = [
            ("initializer", field(7, &field(5, &tensor))),
            ("initializer by location only", field(7, &field(5, &by_location))),
            ("sparse initializer, values", field(7, &field(15, &field(1, &tensor)))),
            ("sparse initializer, indices", field(7, &field(15, &field(2, &tensor)))),
            ("constant", attribute(&field(5, &tensor))),
            ("list of tensors", attribute(&field(10, &tensor))),
            ("sparse constant", attribute(&field(22, &field(1, &tensor)))),
            ("list of sparse tensors", attribute(&field(23, &field(2, &tensor)))),
            ("subgraph", attribute(&subgraph)),
            ("list of subgraphs", attribute(&field(11, &field(5, &tensor)))),
            ("subgraph of a subgraph", attribute(&field(6, &field(1, &field(5, &subgraph))))),
            ("function", field(25, &field(7, &field(5, &field(5, &tensor))))),
            ("default of a function's attribute", field(25, &field(11, &field(5, &tensor)))),
            ("training", field(20, &field(1, &field(5, &tensor)))),
        ];
        for (name, bytes) in cases {
            let error = check(&bytes).expect_err(name);
            assert!(error.contains("external data"), "{name}: {error}");
        }
    }

    #[test]
    fn a_model_with_its_data_inside_passes() {
        let tensor = field(9, &[0; 16]);
        assert_eq!(check(&field(7, &field(5, &tensor))), Ok(()));
    }

    #[test]
    fn other_bytes_are_no_model() {
        for bytes in [&b""[..], b"hello, world", b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", b"{}"] {
            assert!(check(bytes).is_err(), "{bytes:?}");
        }
        let whole = field(7, &field(5, &field(9, &[0; 16])));
        assert!(check(&whole[..whole.len() - 3]).is_err());
    }

    #[test]
    fn deep_nesting_ends_with_a_sentence() {
        let mut bytes = field(5, &[]);
        for _ in 0..200 {
            bytes = field(1, &field(5, &field(6, &bytes)));
        }
        assert!(check(&field(7, &bytes)).expect_err("too deep").contains("nested"));
    }
}
