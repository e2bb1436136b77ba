//! Inputs as a whole: paths, packing, encoding, breaks.

use std::io::{Read, Write};

use sha2::{Digest, Sha256};

use super::*;

const LINES: &str = "{\"id\":1,\"text\":\"a\"}\n{\"id\":2,\"text\":\"b\"}\n";

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(content).expect("packed");
    packed.finish().expect("packed")
}

fn zstd(content: &[u8]) -> Vec<u8> {
    zstd::encode_all(content, 1).expect("packed")
}

fn utf16(content: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    content.encode_utf16().flat_map(bytes).collect()
}

#[test]
fn packed_files_are_told_by_their_bytes() {
    let (first, second) = LINES.split_at(20);
    let members = [gzip(first.as_bytes()), gzip(second.as_bytes())].concat();
    let frames = [zstd(first.as_bytes()), zstd(second.as_bytes())].concat();
    for (name, content, compression) in [
        ("a.jsonl", members, Compression::Gzip),
        ("a.gz", frames, Compression::Zstd),
        ("a.jsonl.gz", LINES.as_bytes().to_vec(), Compression::None),
    ] {
        let outcome = read(name, &content);
        assert_eq!(outcome.ids(), ["1", "2"], "{name}");
        let input = &outcome.inputs[0];
        assert_eq!((input.compression, input.bytes, input.records), (compression, content.len() as u64, 2));
        let expected: String = Sha256::digest(&content).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(input.sha256, expected);
    }
}

#[test]
fn a_stream_cut_off_gives_what_came_before_and_names_the_place() {
    let many: String =
        (0..20_000).map(|n| format!("{{\"id\":{n},\"text\":\"post number {n}\"}}\n")).collect();
    for (name, packed, test) in
        [("a.gz", gzip(many.as_bytes()), "gzip -t"), ("a.zst", zstd(many.as_bytes()), "zstd -t")]
    {
        let outcome = read(name, &packed[..packed.len() - packed.len() / 4]);
        let error = outcome.error.expect("broken").to_string();
        assert!(outcome.records > 1000, "{}", outcome.records);
        assert!(
            error.contains(&format!("{name}: the input broke off after record {}", outcome.records)),
            "{error}"
        );
        assert!(error.contains(test), "{error}");
        assert_eq!(outcome.inputs, []);
        assert_eq!(outcome.posts.last().expect("some").id, (outcome.records - 1).to_string());
    }
    let small = read("a.gz", &gzip(LINES.as_bytes())[..30]);
    assert!(small.error.is_some());
}

#[test]
fn a_failing_source_is_an_error_not_an_end() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the cable"))
        }
    }
    let stream = Cursor::new(LINES).chain(Failing);
    let outcome = drain(open_stream(Box::new(stream), "stdin", &Options::default()).expect("opens"));
    assert_eq!(outcome.ids(), ["1", "2"]);
    let error = outcome.error.expect("broken").to_string();
    assert!(error.contains("stdin: the input broke off after record 2 (the cable)"), "{error}");
}

#[test]
fn utf_16_is_decoded() {
    let text = "\u{feff}id,text\r\n1,شکریہ 🇵🇰\r\n2,b\r\n";
    for bytes in [u16::to_le_bytes, u16::to_be_bytes] {
        assert_eq!(read("a.csv", utf16(text, bytes)).texts(), ["شکریہ 🇵🇰", "b"]);
        assert_eq!(read("a.csv", utf16(&text[3..], bytes)).texts(), ["شکریہ 🇵🇰", "b"]);
    }
    let mut broken = utf16("\u{feff}a\nb", u16::to_le_bytes);
    broken.extend([0x00, 0xd8, 0x0a, 0x00, b'c', 0x00, 0x0a, 0x00, b'd']);
    let outcome = read("a.txt", broken);
    assert_eq!(outcome.texts(), ["a", "c"]);
    assert_eq!(outcome.dead.len(), 2);
    assert!(outcome.reasons().iter().all(|reason| reason.contains("invalid UTF-8")));
}

#[test]
fn what_is_not_read_here_says_how_to_convert_it() {
    for (content, way_out) in [
        (&b"PK\x03\x04xxxxxxx"[..], "unzip"),
        (b"BZh91AY&SYxxx", "bzip2 -dc"),
        (b"\xfd7zXZ\x00xxxx", "xz -dc"),
        (b"PAR1xxxxxxxxx", "write it again"),
        (b"\xff\xfe\x00\x00a\x00\x00\x00", "iconv -f UTF-32"),
    ] {
        let error = read_file("a.jsonl", content, &Options::default()).expect_err("not read").to_string();
        assert!(error.contains(way_out), "{error}");
    }
}

#[test]
fn directories_are_walked_in_order() {
    let folder = TempDir::new().expect("a folder");
    fs::create_dir_all(folder.path().join("m/n")).expect("made");
    fs::create_dir_all(folder.path().join(".git")).expect("made");
    for (name, text) in [
        ("z.txt", "5"),
        ("a.txt", "1"),
        ("m/b.txt", "2"),
        ("m/n/c.txt", "3"),
        ("n.txt", "4"),
        (".hidden", "no"),
        (".git/x", "no"),
        ("out.jsonl.partial", "no"),
        ("out.manifest.json", "no"),
        ("out.dead.jsonl", "no"),
    ] {
        fs::write(folder.path().join(name), text).expect("written");
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.path(), folder.path().join("m/loop")).expect("linked");
    let mut reader = open(&[folder.path().to_owned()], &Options::default()).expect("opens");
    assert_eq!(reader.progress().bytes_total(), Some(5));
    assert_eq!(reader.progress().bytes_read(), 0);
    let progress = reader.progress();
    let first = reader.next_chunk().expect("reads").expect("a chunk");
    assert!(first.file().ends_with("a.txt"));
    assert_eq!(progress.bytes_read(), 1);
    let rest = {
        std::iter::from_fn(|| reader.next_chunk().expect("reads"))
            .map(|c| c.first_record())
            .collect::<Vec<_>>()
    };
    assert_eq!(rest, [1, 2, 3, 4]);
    assert_eq!(progress.bytes_read(), 5);
    let outcome = drain(open(&[folder.path().to_owned()], &Options::default()).expect("opens"));
    assert_eq!(outcome.texts(), ["1", "2", "3", "4", "5"]);
    let named = open(&[folder.path().join(".hidden")], &Options::default()).map(drain).expect("opens");
    assert_eq!(named.texts(), ["no"]);
}

#[test]
fn unusable_inputs_are_told_before_the_first_post() {
    let folder = TempDir::new().expect("a folder");
    let files = paths(&folder, &["a.txt", "none.txt", "empty"]);
    fs::write(&files[0], "x").expect("written");
    fs::create_dir(&files[2]).expect("made");
    let told = |inputs: &[PathBuf]| open(inputs, &Options::default()).expect_err("unusable").to_string();
    assert!(told(&files[..2]).contains("none.txt: no such file"));
    assert!(told(&[files[0].clone(), files[2].clone()]).contains("empty: there is no file to read"));
    assert!(told(&["-".into(), "-".into()]).contains("more than once"));
}

#[test]
fn chunks_are_bounded_and_may_be_parsed_elsewhere() {
    let limits = Limits { chunk_records: 3, ..Limits::default() };
    let options = Options { limits, ..Options::default() };
    let content: String = (0..10).map(|n| format!("{n}\n")).collect();
    let mut reader = open_stream(Box::new(Cursor::new(content)), "x", &options).expect("opens");
    let chunks: Vec<Chunk> = std::iter::from_fn(|| reader.next_chunk().expect("reads")).collect();
    assert_eq!(chunks.iter().map(Chunk::len).collect::<Vec<_>>(), [3, 3, 3, 1]);
    let workers: Vec<_> =
        chunks.into_iter().map(|chunk| std::thread::spawn(move || chunk.posts().flatten().count())).collect();
    assert_eq!(workers.into_iter().map(|worker| worker.join().expect("no panic")).sum::<usize>(), 10);
    let limits = Limits { chunk_bytes: 4, ..Limits::default() };
    let mut reader =
        open_stream(Box::new(Cursor::new("abcdef\ngh\ni\nj\n")), "x", &Options { limits, ..options })
            .expect("opens");
    let sizes: Vec<_> =
        std::iter::from_fn(|| reader.next_chunk().expect("reads")).map(|chunk| chunk.len()).collect();
    assert_eq!(sizes, [1, 2, 1]);
}

#[test]
fn a_record_too_long_is_a_dead_letter_and_is_not_held() {
    let limits = Limits { record_bytes: 5000, ..Limits::default() };
    let options = Options { limits, ..Options::default() };
    let long = "x".repeat(100_000);
    let json = format!("{{\"text\":\"a\"}}\n{{\"text\":\"{long}\"}}\n{{\"text\":\"b\"}}\n");
    let array = format!("[{{\"text\":\"a\"}},\n{{\"text\":\"{long}\"}},\n{{\"text\":\"b\"}}]");
    let table = format!("id,text\n1,a\n2,\"{long}\"\n3,b\n");
    let text = format!("a\n{long}\nb");
    for (name, content) in [("a.jsonl", json), ("a.json", array), ("a.csv", table), ("a.txt", text)] {
        let mut reader = open_stream(Box::new(Cursor::new(content)), name, &options).expect("opens");
        let chunk = reader.next_chunk().expect("reads").expect("a chunk");
        assert_eq!(chunk.len(), 3, "{name}");
        assert!(chunk.bytes.capacity() < 20_000, "{name} holds {}", chunk.bytes.capacity());
        let items: Vec<_> = chunk.posts().collect();
        assert_eq!(items[0].as_ref().expect("a post").text, "a");
        let letter = items[1].as_ref().expect_err("too long");
        assert!(letter.reason.contains("bytes long") && letter.reason.contains("1000"), "{}", letter.reason);
        assert_eq!(letter.excerpt.chars().count(), 200);
        assert_eq!(items[2].as_ref().expect("a post").text, "b");
    }
}
