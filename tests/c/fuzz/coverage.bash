# coverage.bash - what both coverage scripts of this folder do; they source it. Called with [SECONDS], from anywhere.
# In      clang, llvm-profdata and llvm-cov of one version (apt-get install clang llvm)
# Out     programs fuzz_TARGET, corpora TARGET/ and reports in build/fuzz-coverage
# Errors  exit 2 without the tools
# Without sanitizers, which count no lines and take most of the time: `make fuzz` is the one that looks for faults.
set -eu -o pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."
seconds=${1:-60} least=90 out=build/fuzz-coverage python=${PYTHON:-python3}
version=$(clang -dumpversion 2>/dev/null | cut -d. -f1) || true
tool() { command -v "$1-$version" || command -v "$1" || { echo "$1 is missing: apt-get install clang llvm" >&2; exit 2; }; }
profdata=$(tool llvm-profdata)
cov=$(tool llvm-cov)
flags=(-std=c11 -g -O1 -w -fsanitize=fuzzer -fprofile-instr-generate -fcoverage-mapping -Itoy_mcu -Itests/c)

# build TARGET SOURCES...
build() {
  mkdir -p "$out/$1"
  clang "${flags[@]}" "tests/c/fuzz/fuzz_$1.c" "${@:2}" -o "$out/fuzz_$1"
}

# hunt TARGET [options]: for so many seconds, from the seeds in its corpus.
hunt() {
  LLVM_PROFILE_FILE="$out/$1.profraw" "$out/fuzz_$1" -max_total_time="$seconds" -artifact_prefix="$out/" "${@:2}" \
    "$out/$1" 2> "$out/run.log" || { tail -20 "$out/run.log" >&2; exit 1; }
}

# reached NAME "TARGETS" FILES...: a line a file, the lines not reached in $out/NAME-missed.txt; fails when a file is under 90%.
reached() {
  local name=$1 programs=() raw=()
  for target in $2; do
    programs+=(-object "$out/fuzz_$target")
    raw+=("$out/$target.profraw")
  done
  programs=("${programs[@]:1}") # the first one goes without -object
  "$profdata" merge -o "$out/$name.profdata" "${raw[@]}"
  "$cov" report "${programs[@]}" -instr-profile="$out/$name.profdata" "${@:3}" > "$out/$name.txt"
  "$cov" show "${programs[@]}" -instr-profile="$out/$name.profdata" "${@:3}" |
    grep -E '^ *[0-9]+\| *0\||^/.*:$' > "$out/$name-missed.txt" || true
  # Columns of the report: regions, missed, share; functions, missed, share; lines, missed, share; branches.
  awk -v least="$least" '$1 ~ /\.c$/ { sub("%", "", $10); printf "%5.1f%% of %d lines  %s\n", $10, $8, $1
                         if ($10 + 0 < least) red = 1 } END { exit red }' "$out/$name.txt"
}
