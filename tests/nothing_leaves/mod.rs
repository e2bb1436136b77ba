//! Nothing leaves the machine: the program has no way to reach a network.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Crates that reach a network, or exist for others that do.
const NETWORK: [&str; 24] = [
    "attohttpc",
    "curl",
    "curl-sys",
    "h2",
    "hf-hub",
    "hyper",
    "hyper-util",
    "isahc",
    "minreq",
    "mio",
    "native-tls",
    "openssl",
    "openssl-sys",
    "quinn",
    "reqwest",
    "rustls",
    "schannel",
    "security-framework",
    "socket2",
    "surf",
    "tokio",
    "tungstenite",
    "ureq",
    "webpki-roots",
];

#[test]
fn no_dependency_reaches_a_network() {
    let lock =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock")).expect("Cargo.lock");
    let names: Vec<&str> =
        lock.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"')).collect();
    assert!(names.contains(&"ort") && names.contains(&"stancemark"), "the file is read as it is written");
    let found: Vec<&&str> = names.iter().filter(|name| NETWORK.contains(name)).collect();
    assert!(found.is_empty(), "{found:?} can reach a network: nothing may leave the machine");
}

#[test]
fn no_line_of_the_code_opens_a_socket() {
    let mut open = vec![PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut files = 0;
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).expect("a folder").map(|entry| entry.expect("an entry").path()));
            continue;
        }
        let code = fs::read_to_string(&path).expect("code");
        for word in ["std::net", "TcpStream", "UdpSocket", "UnixStream", "ToSocketAddrs"] {
            assert!(!code.contains(word), "{} names {word}", path.display());
        }
        files += 1;
    }
    assert!(files > 50, "only {files} files read");
}

/// What the kernel sees: a run with the model asks for no socket that reaches outside.
#[test]
fn a_run_asks_for_no_socket() {
    let traced = |what: &mut Command| what.output().ok().filter(|output| output.status.success());
    if traced(Command::new("strace").args(["-f", "-e", "trace=network", "true"])).is_none() {
        println!("skipped: strace is not here, or may not trace");
        return;
    }
    let mut run = Command::new("strace");
    run.current_dir(env!("CARGO_MANIFEST_DIR"))
        .args([
            "-f",
            "-qq",
            "-e",
            "trace=socket,connect,sendto,sendmsg",
            "--",
            env!("CARGO_BIN_EXE_stancemark"),
        ])
        .args(["tag", "-q", "examples/formats/posts.csv"]);
    let output = traced(&mut run).expect("the run is traced to its end");
    let calls = String::from_utf8_lossy(&output.stderr);
    assert_eq!(String::from_utf8_lossy(&output.stdout).lines().count(), 12);
    for family in ["AF_INET", "AF_INET6", "AF_PACKET", "AF_NETLINK"] {
        assert!(!calls.contains(family), "{calls}");
    }
}
