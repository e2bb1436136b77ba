#!/usr/bin/env python3
"""Fetches the ONNX Runtime library into a folder: the official wheel, its hash pinned, no root needed.

    python3 models/fetch_onnxruntime.py .onnxruntime

Needs Python 3.8 or newer with pip; nothing is installed. Does nothing where the library is there already.
"""

import hashlib
import platform
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

VERSION = "1.32.0"
# (system, machine): pip's platform tag, SHA-256 of the wheel, the library inside it
WHEELS = {
    ("Linux", "x86_64"): (
        "manylinux_2_28_x86_64",
        "5a34fc4dfeb5a7b4a74c95dcba1e773d722abda720b474edf1b0c419dc6d163d",
        f"libonnxruntime.so.{VERSION}",
    ),
    ("Linux", "aarch64"): (
        "manylinux_2_28_aarch64",
        "2303372a85299b6757b0e11e1cbf13e410ddf7e10c37f4b37e99d1c90e7daf7c",
        f"libonnxruntime.so.{VERSION}",
    ),
    ("Darwin", "arm64"): (
        "macosx_14_0_arm64",
        "366b9e53d07812cc5c92822cecf7563b76a8a0f32ba3bb8dd232a206ac3bcb6c",
        f"libonnxruntime.{VERSION}.dylib",
    ),
}


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".onnxruntime")
    system = (platform.system(), platform.machine())
    if system not in WHEELS:
        sys.exit(
            f"no ONNX Runtime wheel is pinned for {' '.join(system)}: install ONNX Runtime {VERSION} yourself "
            "and set ORT_DYLIB_PATH to its library"
        )
    tag, sha256, library = WHEELS[system]
    if (folder / library).is_file():
        return
    with tempfile.TemporaryDirectory() as temporary:
        wanted = Path(temporary, "wanted.txt")
        wanted.write_text(f"onnxruntime=={VERSION} --hash=sha256:{sha256}\n")
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        pip += ["--only-binary=:all:", "--python-version", "3.11", "--platform", tag, "--require-hashes"]
        done = subprocess.run([*pip, "-d", temporary, "-r", str(wanted)], check=False)
        wheels = list(Path(temporary).glob("*.whl"))
        if done.returncode != 0 or not wheels:
            sys.exit(
                f"pip could not fetch onnxruntime {VERSION}: see its message above; where there is no pip, "
                "install it (Debian: apt-get install python3-pip) or set ORT_DYLIB_PATH to a library you have"
            )
        if hashlib.sha256(wheels[0].read_bytes()).hexdigest() != sha256:
            sys.exit("the wheel is not the pinned one: its SHA-256 differs; try again, or report it")
        folder.mkdir(parents=True, exist_ok=True)
        # Written beside and renamed, so that a broken download never looks like a library.
        partial = folder / f"{library}.partial"
        with zipfile.ZipFile(wheels[0]) as wheel:
            partial.write_bytes(wheel.read(f"onnxruntime/capi/{library}"))
        partial.replace(folder / library)
    print(f"ONNX Runtime {VERSION}: {folder / library}")


if __name__ == "__main__":
    main()
