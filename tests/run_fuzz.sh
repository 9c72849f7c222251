#!/usr/bin/env bash
# libFuzzer, under AddressSanitizer and UndefinedBehaviorSanitizer, on everything that reads bytes from outside.
#   FUZZ_SECONDS=60   for each target (the default), or
#   FUZZ_RUNS=20000000   so many executions of each instead
#   FUZZ_TARGETS="fuzz_noise"   of these alone
set -eu -o pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-.venv/bin/python}
bound=(-max_total_time="${FUZZ_SECONDS:-60}")
[ -n "${FUZZ_RUNS:-}" ] && bound=(-runs="$FUZZ_RUNS")
command -v clang >/dev/null || { echo "clang is missing: apt-get install clang" >&2; exit 2; }

cmake -S toy_mcu -B build/fuzz -G Ninja -DCMAKE_C_COMPILER=clang -DTOY_FUZZ=ON -DTOY_SANITIZE=ON \
  -DCMAKE_BUILD_TYPE=RelWithDebInfo "-DTOY_PYTHON=$PWD/.venv/bin/python" > /dev/null
cmake --build build/fuzz > build/fuzz/build.log 2>&1 || { tail -40 build/fuzz/build.log >&2; exit 1; }
for target in ${FUZZ_TARGETS:-fuzz_frame fuzz_messages fuzz_noise fuzz_gateway fuzz_llm}; do
  corpus=build/fuzz/corpus_${target#fuzz_}
  mkdir -p "$corpus"
  case $target in fuzz_frame | fuzz_messages) "$python" tests/c/fuzz/seeds.py "${target#fuzz_}" "$corpus" ;; esac
  [ "$target" = fuzz_llm ] && "$python" tests/c/fuzz/llm_seeds.py "$corpus"
  [ "$target" = fuzz_gateway ] && "$python" tests/c/fuzz/gateway_seeds.py "$corpus"
  length=1024
  [ "$target" = fuzz_llm ] && length=4096 # a whole small model
  echo "== $target ${bound[*]}"
  "build/fuzz/tests/$target" -max_len="$length" -print_final_stats=1 -artifact_prefix=build/fuzz/ "${bound[@]}" "$corpus" \
    2>&1 | grep -E "^(stat::|==|SUMMARY|ERROR)|Test unit" | sed 's/^/   /' | tee "build/fuzz/$target.log"
  grep -q "number_of_executed_units" "build/fuzz/$target.log" || { echo "$target did not finish" >&2; exit 1; }
  ! grep -qE "ERROR|SUMMARY" "build/fuzz/$target.log" || { echo "$target found something" >&2; exit 1; }
done
