#!/usr/bin/env bash
# Lines of link, session, gateway, pairing and ear that the fuzz targets reach: `tests/c/fuzz/secure_coverage.sh [SECONDS]`.
# In      clang, llvm-profdata and llvm-cov of one version; build/fuzz (make fuzz) for the tables of the networks
# Out     a line a file, and build/fuzz-coverage/secure-missed.txt; exit 1 when a file is under 90%
set -eu -o pipefail
cd "$(dirname "$0")/../../.."
seconds=${1:-60} least=90 out=build/fuzz-coverage room=toy_mcu/secure python=${PYTHON:-python3}
version=$(clang -dumpversion 2>/dev/null | cut -d. -f1) || true
tool() { command -v "$1-$version" || command -v "$1" || { echo "$1 is missing: apt-get install clang llvm" >&2; exit 2; }; }
profdata=$(tool llvm-profdata)
cov=$(tool llvm-cov)
zcbor=$("$python" -c "import pathlib, zcbor; print(pathlib.Path(zcbor.__file__).parent.as_posix())")

link=(toy_mcu/link/*.c toy_mcu/link/generated/message_map.c toy_mcu/link/generated/plush_decode.c)
session=("$room/noise.c" "$room/noise_cipher.c")
gateway=("$room/gateway_serve.c" "$room/pairing.c" "$room/ear.c" "$room/vault.c" "$room/keys.c" "$room/cpace.c")
tables=(build/fuzz/wake/toy_wake_*_model.c)
codec=(toy_mcu/link/generated/plush_encode.c "$zcbor"/src/zcbor_{common,decode,encode}.c toy_mcu/base/*.c)
below=(toy_mcu/audio/*.c toy_mcu/wake/*.c toy_mcu/base/*.c "$room/sha512.c")
weak=(tests/c/fuzz/weak_primitives.c tests/c/fake_port.c)
flags=(-std=c11 -g -O1 -w -fsanitize=fuzzer -fprofile-instr-generate -fcoverage-mapping -Itoy_mcu -Itests/c)
flags+=(-Itoy_mcu/link/generated "-I$zcbor/include" -DZCBOR_CANONICAL)

# build TARGET SOURCES...; then its share of the time
build() { clang "${flags[@]}" "tests/c/fuzz/fuzz_$1.c" "${@:2}" -o "$out/fuzz_$1"; }
mkdir -p "$out"/{frame,messages,noise,gateway}
build frame "${link[@]}" "${codec[@]}"
build messages "${link[@]}" "${codec[@]}"
build noise "${session[@]}" "${weak[@]}"
build gateway "${session[@]}" "${gateway[@]}" "${tables[@]}" "${below[@]}" "${weak[@]}"
for target in frame messages; do "$python" tests/c/fuzz/seeds.py "$target" "$out/$target"; done
"$python" tests/c/fuzz/gateway_seeds.py "$out/gateway"
for target in frame messages noise gateway; do
  LLVM_PROFILE_FILE="$out/$target.profraw" "$out/fuzz_$target" -max_len=2048 -max_total_time="$seconds" \
    -artifact_prefix="$out/" "$out/$target" 2> "$out/run.log" || { tail -20 "$out/run.log" >&2; exit 1; }
done
"$profdata" merge -o "$out/secure.profdata" "$out"/{frame,messages,noise,gateway}.profraw
programs=("$out/fuzz_gateway")
for target in frame messages noise; do programs+=(-object "$out/fuzz_$target"); done
judged=("${link[@]}" "${session[@]}" "${gateway[@]}")
"$cov" report "${programs[@]}" -instr-profile="$out/secure.profdata" "${judged[@]}" > "$out/secure.txt"
"$cov" show "${programs[@]}" -instr-profile="$out/secure.profdata" "${judged[@]}" |
  grep -E '^ *[0-9]+\| *0\||^/.*:$' > "$out/secure-missed.txt" || true
awk -v least="$least" '$1 ~ /\.c$/ { sub("%", "", $10); printf "%5.1f%% of %d lines  %s\n", $10, $8, $1
                       if ($10 + 0 < least) red = 1 } END { exit red }' "$out/secure.txt"
