//! XML as far as XMI goes: elements with attributes. Names are given without their prefix.

/// An element's start.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Element {
    /// Its name, with the prefix.
    pub name: String,
    /// Its attributes, references resolved.
    pub attributes: Vec<(String, String)>,
}

impl Element {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }
}

/// All elements of a document, in its order.
///
/// # Errors
/// Where the document is no XML. Declarations of own entities are refused: nothing is expanded.
pub(super) fn elements(text: &str) -> Result<Vec<Element>, String> {
    let mut elements = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = behind(comment, "-->")?;
        } else if let Some(data) = rest.strip_prefix("<![CDATA[") {
            rest = behind(data, "]]>")?;
        } else if rest.starts_with("<!") {
            return Err("a document type is not read".to_owned());
        } else if rest.starts_with("<?") {
            rest = behind(rest, "?>")?;
        } else if rest.starts_with("</") {
            rest = behind(rest, ">")?;
        } else {
            let (element, after) = element(&rest[1..])?;
            elements.push(element);
            rest = after;
        }
    }
    Ok(elements)
}

fn behind<'t>(text: &'t str, end: &str) -> Result<&'t str, String> {
    text.split_once(end).map(|(_, rest)| rest).ok_or_else(|| format!("the file ends before {end:?}"))
}

fn element(text: &str) -> Result<(Element, &str), String> {
    let end = |c: char| c.is_whitespace() || matches!(c, '>' | '/');
    let at = text.find(end).ok_or("the file ends within an element")?;
    let (name, mut rest) = text.split_at(at);
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start();
        if let Some(rest) = rest.strip_prefix("/>").or_else(|| rest.strip_prefix('>')) {
            return Ok((Element { name: name.to_owned(), attributes }, rest));
        }
        let (attribute, after) =
            rest.split_once('=').ok_or_else(|| format!("<{name} has an attribute without value"))?;
        let after = after.trim_start();
        let quote = after
            .chars()
            .next()
            .filter(|c| matches!(c, '"' | '\''))
            .ok_or_else(|| format!("<{name} has a value without quotes"))?;
        let (value, after) =
            after[1..].split_once(quote).ok_or_else(|| format!("a value of <{name} does not end"))?;
        attributes.push((attribute.trim().to_owned(), resolve(value)?));
        rest = after;
    }
}

/// A value with its references resolved; white space that is written as such is spaces, as XML says.
fn resolve(value: &str) -> Result<String, String> {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find(['&', '\n', '\r', '\t']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let Some(reference) = rest.strip_prefix('&') else {
            // A line break of two characters is one.
            rest = rest.strip_prefix("\r\n").unwrap_or(&rest[1..]);
            out.push(' ');
            continue;
        };
        let (name, after) = reference.split_once(';').ok_or("a reference does not end")?;
        out.push(match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            _ => {
                let number = match name.strip_prefix("#x") {
                    Some(hex) => u32::from_str_radix(hex, 16).ok(),
                    None => name.strip_prefix('#').and_then(|digits| digits.parse().ok()),
                };
                number.and_then(char::from_u32).ok_or_else(|| format!("the reference &{name}; is unknown"))?
            }
        });
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back_as_they_were() {
        let text = "a<b>&\"'\r\n\t پاک 😂";
        let xml = format!(
            "<?xml version=\"1.0\"?><!-- <no/> --><r><a:b x=\"{}\" y='1'/></r>",
            crate::export::escape(text)
        );
        let found = elements(&xml).expect("XML");
        assert_eq!(found[1].name, "a:b");
        assert_eq!((found[1].get("x"), found[1].get("y")), (Some(text), Some("1")));
    }

    #[test]
    fn what_is_no_xml_is_told() {
        for bad in ["<a", "<a b", "<a b=c>", "<a b=\"&x;\">", "<a b=\"&#xd800;\"/>", "<!DOCTYPE x>", "<!-- "]
        {
            assert!(elements(bad).is_err(), "{bad}");
        }
    }
}
