//! How a test runs the program, and reads what it wrote.

mod browser;
mod corpus;
mod folder;

use std::{
    ffi::OsStr,
    io::{Read, Write},
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use serde_json::Value;

pub use browser::Browser;
pub use corpus::{DEMO, codes, demo, post, posts, tags_of, without_ids};
pub use folder::{Folder, json_lines};

/// A run that takes longer than this hangs. The longest, a post of ten megabytes in a build without
/// optimisation, takes seconds, and half a minute on a machine that others keep busy.
const LIMIT: Duration = Duration::from_secs(600);

/// The program, about to run in the project's folder.
pub struct Program {
    command: Command,
    stdin: Vec<u8>,
}

/// `stancemark` with these arguments.
pub fn stancemark<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Program {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stancemark"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(arguments);
    for name in ["STANCEMARK_MODELS", "CLICOLOR_FORCE", "CLICOLOR", "NO_COLOR"] {
        command.env_remove(name);
    }
    Program { command, stdin: Vec::new() }
}

/// `stancemark tag --no-model` with these arguments.
pub fn tag<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Program {
    stancemark(["tag", "--no-model"]).and(arguments)
}

impl Program {
    /// With more arguments.
    pub fn and<S: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = S>) -> Self {
        self.command.args(arguments);
        self
    }

    /// With these bytes piped in.
    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = bytes.into();
        self
    }

    /// With a variable of the environment.
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// In another working folder.
    pub fn inside(mut self, folder: &Folder) -> Self {
        self.command.current_dir(folder.path(""));
        self
    }

    /// Runs it to its end.
    pub fn run(mut self) -> Ran {
        let mut child = (self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()))
            .spawn()
            .expect("the program starts");
        let (mut stdin, input) = (child.stdin.take().expect("stdin"), self.stdin);
        // The program may end before it has read everything.
        let feeding = thread::spawn(move || stdin.write_all(&input).ok());
        let (told, heard) = mpsc::channel();
        let mut err = child.stderr.take().expect("stderr");
        let complaining = thread::spawn(move || {
            let mut bytes = Vec::new();
            err.read_to_end(&mut bytes).expect("stderr is read");
            bytes
        });
        let mut out = child.stdout.take().expect("stdout");
        thread::spawn(move || {
            let mut bytes = Vec::new();
            out.read_to_end(&mut bytes).expect("stdout is read");
            told.send(bytes)
        });
        let Ok(stdout) = heard.recv_timeout(LIMIT) else {
            child.kill().expect("the program is stopped");
            panic!("no end after {} s: {:?}", LIMIT.as_secs(), self.command);
        };
        let status = child.wait().expect("the program ends");
        feeding.join().expect("stdin is fed");
        let stderr = complaining.join().expect("stderr is read");
        let ran = Ran {
            code: status.code(),
            stdout: String::from_utf8(stdout).expect("stdout is UTF-8"),
            stderr: String::from_utf8(stderr).expect("stderr is UTF-8"),
        };
        assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
        ran
    }

    /// Runs it; it must succeed.
    pub fn done(self) -> Ran {
        let ran = self.run();
        assert_eq!(ran.code, Some(0), "stdout: {}\nstderr: {}", ran.stdout, ran.stderr);
        ran
    }

    /// Runs it; it must fail with one clear sentence, which is given without its `error: `.
    pub fn refused(self) -> String {
        let ran = self.run();
        assert_eq!(ran.code, Some(1), "stdout: {}\nstderr: {}", ran.stdout, ran.stderr);
        assert_eq!(ran.stdout, "", "a run that fails says so on stderr alone");
        let sentence =
            ran.stderr.strip_prefix("error: ").unwrap_or_else(|| panic!("no error: {:?}", ran.stderr));
        assert_eq!(sentence.trim_end().lines().count(), 1, "one sentence: {sentence:?}");
        assert!(!sentence.contains("::"), "no type of the code: {sentence:?}");
        assert!(sentence.len() < 1000, "a sentence, not a page: {sentence:?}");
        sentence.trim_end().to_owned()
    }
}

/// What a run came to.
#[derive(Debug)]
pub struct Ran {
    /// The exit code; none where a signal ended it.
    pub code: Option<i32>,
    /// What it wrote.
    pub stdout: String,
    /// What it told.
    pub stderr: String,
}

impl Ran {
    /// Its output as JSON lines.
    pub fn lines(&self) -> Vec<Value> {
        json_lines(&self.stdout)
    }
}

/// Panics unless every one of `parts` stands in the text.
#[track_caller]
pub fn assert_says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in {text:?}");
    }
}
