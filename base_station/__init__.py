"""The base station of the talking plush: hears, thinks, speaks and remembers, all at home."""

__version__ = "0.1.0"

import os

# Newer onnxruntime (1.31 does) reports to its maker unless this is set before it is loaded. Nothing leaves the home.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
