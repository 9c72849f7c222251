#!/usr/bin/env bash
# Lines of link, session, gateway, pairing and ear that the fuzz targets reach: `tests/c/fuzz/secure_coverage.sh [SECONDS]`.
# In      build/fuzz (make fuzz), for the tables of the networks
# Out     a line a file, and build/fuzz-coverage/secure-missed.txt; exit 1 when a file is under 90%
source "$(dirname "$0")/coverage.bash"
room=toy_mcu/secure
zcbor=$("$python" -c "import pathlib, zcbor; print(pathlib.Path(zcbor.__file__).parent.as_posix())")

link=(toy_mcu/link/*.c toy_mcu/link/generated/message_map.c toy_mcu/link/generated/plush_decode.c)
session=("$room/noise.c" "$room/noise_cipher.c")
gateway=("$room/gateway_serve.c" "$room/pairing.c" "$room/ear.c" "$room/vault.c" "$room/keys.c" "$room/cpace.c")
tables=(build/fuzz/wake/toy_wake_*_model.c)
codec=(toy_mcu/link/generated/plush_encode.c "$zcbor"/src/zcbor_{common,decode,encode}.c toy_mcu/base/*.c)
below=(toy_mcu/audio/*.c toy_mcu/wake/*.c toy_mcu/base/*.c "$room/sha512.c")
weak=(tests/c/fuzz/weak_primitives.c tests/c/fake_port.c)
flags+=(-Itoy_mcu/link/generated "-I$zcbor/include" -DZCBOR_CANONICAL)

build frame "${link[@]}" "${codec[@]}"
build messages "${link[@]}" "${codec[@]}"
build noise "${session[@]}" "${weak[@]}"
build gateway "${session[@]}" "${gateway[@]}" "${tables[@]}" "${below[@]}" "${weak[@]}"
for target in frame messages; do "$python" tests/c/fuzz/seeds.py "$target" "$out/$target"; done
"$python" tests/c/fuzz/gateway_seeds.py "$out/gateway"
for target in frame messages noise gateway; do hunt "$target" -max_len=2048; done
reached secure "gateway frame messages noise" "${link[@]}" "${session[@]}" "${gateway[@]}"
