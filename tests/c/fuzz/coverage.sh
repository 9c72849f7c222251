#!/usr/bin/env bash
# Lines of the model loader and tokenizer that fuzz_llm reaches: `tests/c/fuzz/coverage.sh [SECONDS]`, from anywhere.
# In      clang, llvm-profdata and llvm-cov of one version (apt-get install clang llvm); seeds of llm_seeds.py
# Out     a table, and build/fuzz-coverage/missed.txt with the lines not reached; exit 1 when a file is under 90%
# Without sanitizers, which count no lines and take most of the time: `make fuzz` is the one that looks for faults.
set -eu -o pipefail
cd "$(dirname "$0")/../../.."
seconds=${1:-60} least=90 out=build/fuzz-coverage room=toy_mcu/llm
version=$(clang -dumpversion 2>/dev/null | cut -d. -f1) || true
tool() { command -v "$1-$version" || command -v "$1" || { echo "$1 is missing: apt-get install clang llvm" >&2; exit 2; }; }
profdata=$(tool llvm-profdata)
cov=$(tool llvm-cov)

mkdir -p "$out/corpus"
sources=()
for name in attention llama model norm sampler story tables tiles tokenizer kernels_portable; do
  sources+=("$room/$name.c")
done
clang -std=c11 -g -O1 -fsanitize=fuzzer -fprofile-instr-generate -fcoverage-mapping -Itoy_mcu -I$room/ops/portable \
  tests/c/fuzz/fuzz_llm.c "${sources[@]}" toy_mcu/base/arena.c -o "$out/fuzz_llm"

"${PYTHON:-python3}" tests/c/fuzz/llm_seeds.py "$out/corpus"
LLVM_PROFILE_FILE="$out/run.profraw" "$out/fuzz_llm" -max_len=512 -use_value_profile=1 -max_total_time="$seconds" \
  -artifact_prefix="$out/" "$out/corpus" 2> "$out/run.log" || { tail -20 "$out/run.log" >&2; exit 1; }
"$profdata" merge -o "$out/run.profdata" "$out/run.profraw"
watched=("$room/model.c" "$room/tokenizer.c")
"$cov" report "$out/fuzz_llm" -instr-profile="$out/run.profdata" "${watched[@]}" > "$out/report.txt"
"$cov" show "$out/fuzz_llm" -instr-profile="$out/run.profdata" "${watched[@]}" | grep -E '^ *[0-9]+\| *0\|' > "$out/missed.txt" || true
# Columns of the report: regions, missed, share; functions, missed, share; lines, missed, share; branches.
awk -v least="$least" '$1 ~ /\.c$/ { sub("%", "", $10); printf "%5.1f%% of %d lines  %s\n", $10, $8, $1
                       if ($10 + 0 < least) red = 1 } END { exit red }' "$out/report.txt"
