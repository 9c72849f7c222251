#!/usr/bin/env bash
# seal_firmware.sh BOARD KEY.pem: signs the image with picotool, checks the seal, prints what one would burn, burns nothing.
# Environment: picotool_DIR where picotool is not on the path. Needs a C compiler for the plan.
set -eu -o pipefail
cd "$(dirname "$0")/.."
folder=build/rp2350-$1
key=$2
[ -f "$key" ] || { echo "no key at $key: openssl ecparam -name secp256k1 -genkey -noout -out $key makes one" >&2; exit 2; }
picotool=$(command -v picotool || echo "${picotool_DIR:-}/picotool")
[ -x "$picotool" ] || { echo "picotool is not on the path, and picotool_DIR does not name its folder" >&2; exit 2; }
"$picotool" seal --quiet --sign "$folder/ports/rp2350/plush_toy.elf" "$folder/plush_toy_sealed.elf" "$key" "$folder/otp.json"
"$picotool" uf2 convert --quiet "$folder/plush_toy_sealed.elf" "$folder/plush_toy_sealed.uf2" --family rp2350-arm-s
"$picotool" info -a "$folder/plush_toy_sealed.uf2" | grep -iE "signature|hash" | sed 's/^ */  /' | sort -u
fingerprint=$(.venv/bin/python -c "
import json, sys
rows = json.load(open(sys.argv[1]))['bootkey0']
print(bytes(int(str(row), 0) if isinstance(row, str) else row for row in rows).hex())" "$folder/otp.json")
cc -std=c11 -Wall -Wextra -Werror -I toy_mcu -I toy_mcu/ports -o "$folder/otp_plan" \
  toy_mcu/ports/rp2350/logic/otp_plan.c toy_mcu/ports/rp2350/logic/signing.c
"$folder/otp_plan" "$fingerprint"
echo "sealed: $folder/plush_toy_sealed.uf2"
