#!/usr/bin/env bash
# The whole test run: lint, C tests on the host (sanitizers) and in QEMU, Python tests, whole dialogues. `make test` calls it.
set -eu -o pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-.venv/bin/python}
bin=$(dirname "$python")
started=$(date +%s)
cores=$(nproc 2>/dev/null || getconf _NPROCESSORS_ONLN)
jobs=$((cores < 4 ? cores : 4)) # each may start a base station's workers and a plush
step() { printf '\n\033[1m== %s\033[0m (%s s)\n' "$1" "$(($(date +%s) - started))"; }

# Tests keep their transcripts and daemons to themselves.
PLUSH_HOME=$(mktemp -d /tmp/plush-test.XXXXXX)
export PLUSH_HOME
trap 'status=$?; "$bin/plush" daemon stop >/dev/null 2>&1 || true; rm -rf "$PLUSH_HOME"; exit $status' EXIT

step "lint"
"$bin/ruff" check .
"$bin/ruff" format --check .
"$bin/mypy"
step "C tests on the host, under AddressSanitizer and UndefinedBehaviorSanitizer"
ctest --test-dir build/host --output-on-failure -j"$cores" --no-tests=error
step "C tests on the Cortex-M33 in QEMU"
# Twice at most: QEMU's instruction clock has been seen to run backwards in its first moment, once in many hundred runs.
ctest --test-dir build/qemu --output-on-failure -j"$cores" --no-tests=error --repeat until-pass:2
step "the RP2350 image"
if tests/need_sdk.sh 2>/dev/null; then
  tests/build_firmware.sh pimoroni_pico_plus2_w_rp2350 # radio and PSRAM; the other boards in tests/run_long.sh
  "$python" -m tests.firmware_size pimoroni_pico_plus2_w_rp2350
else
  echo "not compiled: $(tests/need_sdk.sh 2>&1 || true)"
fi
step "Python tests and whole dialogues"
# A file's tests stay together and share what they set up; the long dialogues go first, so that no core waits at the end.
"$python" -m pytest -m "not long" --durations=10 -n "$jobs" --dist loadfile --no-loadscope-reorder tests/turn tests/py
step "done"
