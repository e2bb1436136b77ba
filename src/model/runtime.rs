//! Finds and loads the ONNX Runtime library, once a process.

use std::{path::PathBuf, sync::OnceLock};

use ort::environment::Environment;

use super::ModelError;

/// The version that `make` fetches and that scores are measured with.
pub const LIBRARY_VERSION: &str = "1.32.0";

/// Names of the library's file on this system, the most specific first.
fn file_names() -> Vec<String> {
    if cfg!(target_os = "macos") {
        vec![format!("libonnxruntime.{LIBRARY_VERSION}.dylib"), "libonnxruntime.dylib".into()]
    } else if cfg!(windows) {
        vec!["onnxruntime.dll".into()]
    } else {
        vec![format!("libonnxruntime.so.{LIBRARY_VERSION}"), "libonnxruntime.so".into()]
    }
}

/// Where the library is: `ORT_DYLIB_PATH`, then beside the executable and in `.onnxruntime` and `lib`
/// there and in the folders above it and in the working folder, then in a Python environment that is
/// active or stands in `.venv`.
pub fn library_path() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("ORT_DYLIB_PATH").map(PathBuf::from) {
        return Some(path);
    }
    let mut folders: Vec<PathBuf> = Vec::new();
    if let Ok(executable) = std::env::current_exe() {
        for above in executable.ancestors().skip(1).take(4) {
            folders.extend([above.to_owned(), above.join(".onnxruntime"), above.join("lib")]);
        }
    }
    folders.push(".onnxruntime".into());
    let environment = std::env::var_os("VIRTUAL_ENV").map(PathBuf::from);
    for environment in environment.into_iter().chain([PathBuf::from(".venv")]) {
        let Ok(versions) = std::fs::read_dir(environment.join("lib")) else { continue };
        for version in versions.flatten() {
            folders.push(version.path().join("site-packages/onnxruntime/capi"));
        }
    }
    let names = file_names();
    folders.iter().flat_map(|folder| names.iter().map(|name| folder.join(name))).find(|path| path.is_file())
}

static ENVIRONMENT: OnceLock<Result<Environment, String>> = OnceLock::new();

/// The process's ONNX Runtime.
pub fn environment() -> Result<&'static Environment, ModelError> {
    ENVIRONMENT.get_or_init(load).as_ref().map_err(|message| ModelError::Runtime { message: message.clone() })
}

fn load() -> Result<Environment, String> {
    let Some(path) = library_path() else {
        return Err(format!(
            "the ONNX Runtime library ({}) was not found: run `make onnxruntime` in the project's folder, \
             or `pip install onnxruntime=={LIBRARY_VERSION}` in an active environment, \
             or set ORT_DYLIB_PATH to the library's file; --no-model works without it",
            file_names().join(" or ")
        ));
    };
    let failed = |error: &dyn std::fmt::Display| {
        format!(
            "{}: this ONNX Runtime library does not load: {error}; version {LIBRARY_VERSION} is needed \
             (`make onnxruntime` fetches it)",
            path.display()
        )
    };
    ort::init_from(&path)
        .map_err(|error| failed(&error))?
        .with_name("stancemark")
        .with_telemetry(false)
        .build()
        .map_err(|error| failed(&error))
}
