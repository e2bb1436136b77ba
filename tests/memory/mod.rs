//! Memory does not grow with the corpus.

/// Posts of the two corpora, and how much more memory the larger may take. What grows with it are the
/// ids remembered for telling duplicates: 8 bytes each and the table's slack, under 4 MB here.
const POSTS: [u32; 2] = [10_000, 100_000];
const MOST_MORE: u64 = 16 << 20;

/// No run without a model takes more than this.
const MOST: u64 = 160 << 20;

#[cfg(target_os = "linux")]
#[test]
fn ten_times_the_posts_take_no_more_memory() {
    let [small, large] = POSTS.map(peak);
    println!("peak {} KB for {} posts, {} KB for {}", small >> 10, POSTS[0], large >> 10, POSTS[1]);
    assert!(large < small + MOST_MORE, "{small} bytes for {} posts, {large} for {}", POSTS[0], POSTS[1]);
    assert!(large < MOST, "{large} bytes");
}

#[cfg(not(target_os = "linux"))]
#[test]
fn ten_times_the_posts_take_no_more_memory() {
    println!(
        "skipped: peak memory of another process is read from /proc, which is Linux ({POSTS:?} {MOST_MORE} {MOST})"
    );
}

/// Pipes so many different posts through `tag --no-model` and gives the most memory that it held, in bytes.
#[cfg(target_os = "linux")]
fn peak(posts: u32) -> u64 {
    use std::{
        io::{BufRead, BufReader, Write},
        process::{Command, Stdio},
    };

    let mut child = Command::new(env!("CARGO_BIN_EXE_stancemark"))
        .args(["tag", "--no-model", "-q", "-j", "2"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let status = format!("/proc/{}/status", child.id());
    let mut stdin = std::io::BufWriter::new(child.stdin.take().expect("stdin"));
    let feeding = std::thread::spawn(move || {
        for at in 0..posts {
            // Ids, texts, hashtags and authors differ: nothing may be remembered for each of them.
            let word = u64::from(at).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let text =
                format!("post {at} of user {word:x}: Shame on Facebook, {word:o} #tag{at} @user{word:x}");
            let line =
                serde_json::json!({"id": format!("{word:x}"), "text": text, "author": format!("u{word}")});
            writeln!(stdin, "{line}").expect("the program reads on");
        }
    });
    let high = || -> Option<u64> {
        let status = std::fs::read_to_string(&status).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        Some(line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()? << 10)
    };
    let (mut most, mut lines) = (0, 0);
    for line in BufReader::new(child.stdout.take().expect("stdout")).lines() {
        line.expect("a line");
        lines += 1;
        // The mark never sinks, so that a look now and then is enough; the last is short of the end
        // by less than a pipe holds.
        if lines % 500 == 0 {
            most = most.max(high().unwrap_or(0));
        }
    }
    feeding.join().expect("all is fed");
    assert!(child.wait().expect("the program ends").success());
    assert_eq!(lines, posts);
    assert!(most > 0, "the kernel tells the mark");
    most
}
