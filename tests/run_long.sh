#!/usr/bin/env bash
# Soak, kills and fuzzing: hours. `make test-long` calls it.
set -eu -o pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-.venv/bin/python}
PLUSH_HOME=$(mktemp -d /tmp/plush-test.XXXXXX)
export PLUSH_HOME
trap 'status=$?; rm -rf "$PLUSH_HOME"; exit $status' EXIT
if tests/need_sdk.sh; then
  for board in pico2 pico2_w pimoroni_pico_plus2_w_rp2350; do tests/build_firmware.sh "$board"; done
  "$python" -m tests.firmware_size
fi
"$python" -m pytest -m long --timeout=0
"$python" -m tests.console_million
FUZZ_RUNS=20000000 tests/run_fuzz.sh
"$python" tests/c/fuzz/llm_bugs.py
"$python" tests/c/fuzz/secure_bugs.py
PYTHON="$python" tests/c/fuzz/secure_coverage.sh 60 || [ $? = 2 ]
# A million calls of nonsense through the gateway on the emulated Cortex-M33.
qemu-system-arm -M mps2-an505 -display none -monitor none -serial null -semihosting-config enable=on,target=native \
  -kernel build/qemu/tests/gateway_long_secure.elf -device loader,file=build/qemu/tests/gateway_long_rest.elf
PYTHON="$python" tests/c/fuzz/llm_coverage.sh 60 || [ $? = 2 ] # 2: no llvm-cov here
