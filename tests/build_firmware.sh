#!/usr/bin/env bash
# build_firmware.sh BOARD [cmake options]: the RP2350 image in build/rp2350-BOARD, quiet unless something fails.
# Environment: SYS_MHZ, APP, MOTION, picotool_DIR where picotool is not installed system-wide, FOLDER for another build folder.
set -eu -o pipefail
cd "$(dirname "$0")/.."
tests/need_sdk.sh
board=$1
shift
folder=${FOLDER:-build/rp2350-$board}
mkdir -p "$folder"
cmake -S toy_mcu -B "$folder" -G Ninja -DTOY_PORT=rp2350 "-DPICO_BOARD=$board" "-DTOY_SYS_MHZ=${SYS_MHZ:-150}" \
  "-DTOY_APP=${APP:-plush}" "-DTOY_MOTION=${MOTION:-coin}" "-DTOY_PYTHON=$PWD/.venv/bin/python" ${picotool_DIR:+"-Dpicotool_DIR=$picotool_DIR"} "$@" \
  > "$folder/configure.log" 2>&1 || { tail -30 "$folder/configure.log" >&2; exit 1; }
cmake --build "$folder" > "$folder/build.log" 2>&1 || { grep -E '^FAILED|error:|undefined|ld: [^w]' "$folder/build.log" >&2; exit 1; }
cp "$folder"/ports/rp2350/*.uf2 "$folder"/
