# make demo: everything from a fresh machine to a tagged corpus. make test: everything that CI checks.
# Needs Rust (cargo) and Python 3 with pip.

PYTHON ?= python3
TARGET := $(or $(CARGO_TARGET_DIR),target)
STANCEMARK := $(TARGET)/release/stancemark

.PHONY: demo test onnxruntime build

demo: build
	@sh examples/demo.sh $(STANCEMARK)

build: onnxruntime
	cargo build --release

onnxruntime:
	$(PYTHON) models/fetch_onnxruntime.py .onnxruntime

test: onnxruntime
	cargo fmt --check
	cargo clippy --all-targets -- -D warnings
	cargo test
