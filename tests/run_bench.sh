#!/usr/bin/env bash
# Every figure that README, SPEED.md and the DESIGN files quote, measured anew. `make bench` calls it; minutes to an hour.
set -eu -o pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-.venv/bin/python}
bin=$(dirname "$python")
PLUSH_HOME=$(mktemp -d /tmp/plush-bench.XXXXXX)
export PLUSH_HOME
without_rows='import json, sys; found = json.load(sys.stdin); del found["rows"]; print(json.dumps(found))'
trap '"$bin/plush" daemon stop >/dev/null 2>&1 || true; rm -rf "$PLUSH_HOME"' EXIT

echo "== one turn after the other, real time"
"$bin/plush" talk --json --say "hello teddy, what is your name" --say "why is the sky blue" --say "what do elephants eat" \
  --say "tell me a story about a cat" --say "good night"
echo "== four toys at once, beside one alone"
"$bin/plush" bench turn --toys 4 --turns 15 --json
PYTHON=$python tests/bench_hearing.sh
echo "== the toy's budgets"
"$bin/plush" budget --json
echo "== the toy's Llama, into toy_mcu/SPEED.md"
"$python" -m models.llama.speed_log
echo "== the embedded recogniser: 300 sentences in eleven voices that no tuning used, and real children where they are"
speech=$(mktemp -d /tmp/plush-speech.XXXXXX)
"$python" models/asr/make_test_speech.py test "$speech"
"$bin/plush" asr eval "$speech/test.tsv" --json | "$python" -c "$without_rows"
rm -rf "$speech"
children=${PLUSH_SHARED_DATA:-../shared/data}/speech/children/transcripts.tsv
[ ! -f "$children" ] || "$bin/plush" asr eval "$children" --json | "$python" -c "$without_rows"
echo "== the console: how late each event is painted"
"$python" -m tests.console_live
echo "== the console: ten pages on four talking toys"
"$python" -m tests.console_load
echo "== the toy's own voice: word errors of a recogniser beside espeak-ng, the rules on words left out, gaps in a story"
"$python" -m models.voice.intelligibility --seed 1
"$python" -m models.voice.intelligibility --seed 2
"$python" -m models.voice.build_dictionary --held-out 1
"$python" -m models.voice.timeline
