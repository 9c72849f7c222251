#!/usr/bin/env bash
# What the toy hears, on voices and speakers that no training heard: every figure of models/wake/README.md. `make bench` calls it.
# Speaks its own test set first, with the speech engines that are installed; half an hour, most of it the thirty hours.
set -eu -o pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-.venv/bin/python}
plush=$(dirname "$python")/plush
test=build/wake/test
if ! "$python" -c "from models.wake.paths import shared_data; shared_data()" 2>/dev/null; then
  echo "== hearing: left out, there is no ../shared/data"
  exit 0
fi
if ! command -v espeak-ng >/dev/null; then
  echo "== hearing: left out, espeak-ng is not installed (flite, festival and Piper make it complete)"
  exit 0
fi
"$python" -m models.wake.corpus --splits test > /dev/null
"$python" -m models.wake.testset
echo "== commands: real speakers, then the six that have no recordings"
"$plush" commands eval $test/real --json
"$plush" commands eval $test/commands --json
echo "== the wake phrase: the toy alone, then with the base station's second look"
"$plush" wake eval --positives $test/positives --negatives $test/negatives --json
"$plush" wake eval --positives $test/positives --negatives $test/negatives --second-stage --json
echo "== while the toy speaks"
"$python" -m models.wake.barge_in
echo "== thirty hours"
"$python" -m models.wake.long_run --hours "${HEARING_HOURS:-30}"
