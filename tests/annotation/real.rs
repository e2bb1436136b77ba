//! The tools themselves: each is installed, started on the loopback, given our files, and asked for them again.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::{Mutex, PoisonError},
};

/// Where the tools' environments are made once.
pub fn venvs() -> PathBuf {
    std::env::var_os("ANNOT_VENVS").map_or_else(|| std::env::temp_dir().join("annot-venvs"), PathBuf::from)
}

/// The folder of the drivers, where it is.
pub fn drivers() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/tools/annotation");
    folder.is_dir().then_some(folder)
}

/// Whether a tool's check can run here; else says why it is skipped.
///
/// Label Studio and cassis run wherever they can; the others where ANNOT_TOOLS is `all`, or their environment is made.
pub fn can_run(tool: &str) -> bool {
    let Some(_) = drivers() else {
        eprintln!("skipped: ../shared/tools/annotation is not here, which starts {tool}");
        return false;
    };
    let made = std::fs::read_dir(venvs()).ok().is_some_and(|entries| {
        entries.flatten().any(|entry| {
            entry.file_name().to_string_lossy().starts_with(&format!("{tool}-"))
                && entry.path().join(".ok").exists()
        })
    });
    if made {
        return true;
    }
    let wanted = ["labelstudio", "cassis"].contains(&tool)
        || std::env::var("ANNOT_TOOLS").is_ok_and(|all| all == "all");
    if !wanted {
        eprintln!("skipped: {tool} is started where ANNOT_TOOLS=all");
        return false;
    }
    let index = Command::new("python3").args(["-m", "pip", "index", "versions", "pip"]).output();
    let reachable = index.is_ok_and(|ran| ran.status.success());
    if !reachable {
        eprintln!("skipped: no package index can be reached from which {tool} would be installed");
    }
    reachable
}

/// Runs a Python program that makes a tool's environment where it is missing: one at a time, since two would make it in
/// one place.
pub fn python<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Output {
    static ONE: Mutex<()> = Mutex::new(());
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    Command::new("python3")
        .args(arguments)
        .env("ANNOT_VENVS", venvs())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .expect("python3 runs")
}

/// Runs a driver; every check in it must pass.
#[track_caller]
pub fn check<S: AsRef<OsStr>>(script: &str, arguments: impl IntoIterator<Item = S>) -> String {
    let folder = drivers().expect("the drivers");
    let mut line = vec![folder.join(script).into_os_string()];
    line.extend(arguments.into_iter().map(|argument| argument.as_ref().to_owned()));
    let ran = python(line);
    let told = String::from_utf8_lossy(&ran.stdout).into_owned();
    let first: String = told.lines().take(20).map(|line| format!("{line}\n")).collect();
    let last = told.lines().last().unwrap_or_default();
    assert!(
        ran.status.success() && last.contains(", 0 failed"),
        "{script}: {first}…\n{last}\n{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    told
}
