#!/usr/bin/env bash
# Lines of the model loader and tokenizer that fuzz_llm reaches: `tests/c/fuzz/llm_coverage.sh [SECONDS]`.
# Out     a line a file, and build/fuzz-coverage/llm-missed.txt; exit 1 when a file is under 90%
source "$(dirname "$0")/coverage.bash"
room=toy_mcu/llm

sources=()
for name in attention llama model norm sampler story tables tiles tokenizer kernels_portable; do
  sources+=("$room/$name.c")
done
flags+=("-I$room/ops/portable")
build llm "${sources[@]}" toy_mcu/base/arena.c
"$python" tests/c/fuzz/llm_seeds.py "$out/llm"
hunt llm -max_len=512 -use_value_profile=1
reached llm llm "$room/model.c" "$room/tokenizer.c"
