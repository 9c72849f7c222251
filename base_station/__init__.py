"""The base station of the talking plush: hears, thinks, speaks and remembers, all at home."""

__version__ = "0.1.0"

import os

# Newer onnxruntime (1.31 does) reports to its maker unless this is set before it is loaded. Nothing leaves the home.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
# llama.cpp's threads wait for each other by spinning. One that spins longer than this keeps the core from the thread it
# waits for, while a recogniser has the other: 87 ms a token of TinyLlama beside one busy process, 53 so; 24 alone.
os.environ.setdefault("GOMP_SPINCOUNT", "1000")
