#!/usr/bin/env bash
# Lines of session, gateway, pairing and ear that the fuzz targets reach: `tests/c/fuzz/secure_coverage.sh [SECONDS]`.
# In      clang, llvm-profdata and llvm-cov of one version; build/fuzz (make fuzz) for the rooms below
# Out     a line a file, and build/fuzz-coverage/secure-missed.txt; exit 1 when a file is under 90%
set -eu -o pipefail
cd "$(dirname "$0")/../../.."
seconds=${1:-60} least=90 out=build/fuzz-coverage room=toy_mcu/secure
version=$(clang -dumpversion 2>/dev/null | cut -d. -f1) || true
tool() { command -v "$1-$version" || command -v "$1" || { echo "$1 is missing: apt-get install clang llvm" >&2; exit 2; }; }
profdata=$(tool llvm-profdata)
cov=$(tool llvm-cov)

mkdir -p "$out/gateway" "$out/noise"
"${PYTHON:-python3}" tests/c/fuzz/gateway_seeds.py "$out/gateway"
session=("$room/noise.c" "$room/noise_cipher.c")
gateway=("$room/gateway_serve.c" "$room/pairing.c" "$room/ear.c" "$room/vault.c" "$room/keys.c" "$room/cpace.c")
tables=(build/fuzz/wake/toy_wake_*_model.c)
below=(toy_mcu/audio/*.c toy_mcu/wake/*.c toy_mcu/base/*.c "$room/sha512.c")
common=(tests/c/fuzz/weak_primitives.c tests/c/fake_port.c)
flags=(-std=c11 -g -O1 -w -fsanitize=fuzzer -fprofile-instr-generate -fcoverage-mapping -Itoy_mcu -Itests/c)
clang "${flags[@]}" tests/c/fuzz/fuzz_noise.c "${session[@]}" "${common[@]}" -o "$out/fuzz_noise"
clang "${flags[@]}" tests/c/fuzz/fuzz_gateway.c "${session[@]}" "${gateway[@]}" "${tables[@]}" "${below[@]}" "${common[@]}" \
  -o "$out/fuzz_gateway"
for target in noise gateway; do
  LLVM_PROFILE_FILE="$out/$target.profraw" "$out/fuzz_$target" -max_len=2048 -max_total_time="$seconds" \
    -artifact_prefix="$out/" "$out/$target" 2> "$out/run.log" || { tail -20 "$out/run.log" >&2; exit 1; }
done
"$profdata" merge -o "$out/secure.profdata" "$out/noise.profraw" "$out/gateway.profraw"
programs=("$out/fuzz_gateway" -object "$out/fuzz_noise")
"$cov" report "${programs[@]}" -instr-profile="$out/secure.profdata" "${session[@]}" "${gateway[@]}" > "$out/secure.txt"
"$cov" show "${programs[@]}" -instr-profile="$out/secure.profdata" "${session[@]}" "${gateway[@]}" |
  grep -E '^ *[0-9]+\| *0\|' > "$out/secure-missed.txt" || true
awk -v least="$least" '$1 ~ /\.c$/ { sub("%", "", $10); printf "%5.1f%% of %d lines  %s\n", $10, $8, $1
                       if ($10 + 0 < least) red = 1 } END { exit red }' "$out/secure.txt"
