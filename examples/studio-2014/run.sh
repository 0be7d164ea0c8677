#!/usr/bin/env bash
# The incident of November 2014 as a case, from nothing to three verdicts. README.md tells the story.
#
#   examples/studio-2014/run.sh SAMEHAND FOLDER     SAMEHAND is the program; FOLDER gets studio.case, the three verdicts
#                                                   as text and as JSON, and what is compiled
set -euo pipefail
[[ $# == 2 ]] || { sed -n '2,5s/^# \{0,1\}//p' "$0"; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
samehand=$(realpath "$(command -v "$1" || echo "$1")")
[[ -x $samehand ]] || { echo "$1 is no program that can be run" >&2; exit 2; }
mkdir -p "$2"
cd "$2"
case=studio.case
[[ ! -e $case ]] || { echo "$2/$case is there already: give another folder" >&2; exit 2; }
export SAMEHAND_ANALYST=${SAMEHAND_ANALYST:-example}

# Numbers of the items whose JSON fits a pattern: the reader makes them from the pages, so they are found by what they say.
items() {
  "$samehand" case findings "$case" --format json | sed 's/{"number":/\n&/g' | grep '"origin":' | grep -E -- "$1" |
    sed -E 's/^\{"number":([0-9]+),.*/\1/'
}
# Judges all of them: judge PATTERN REASON OPTION…
judge() {
  local pattern=$1 reason=$2 item
  shift 2
  for item in $(items "$pattern"); do "$samehand" case assess "$case" "$item" "$@" --reason "$reason" >judged.txt; done
}

echo "== The case: hypotheses, pages, items entered by hand"
"$samehand" case new "$case" --title "The studio, November 2014" --accused "North Korea" --also DPRK --also Pyongyang --also "North Korean" \
  --also "North Koreans"
for page in "$here"/pages/*; do
  day=$(basename "$page")
  "$samehand" case add "$case" "$page" --as report --collected "${day:0:10}" --source "a summary written for this example"
done
"$samehand" case import "$case" "$here/items.json"

# What a reader of the pages has to decide: the program sees who says what, not who has it from whom.
judge '"kind":"denial",.*"known":"2014-12-0[34]"' "one diplomat speaks: to the Voice of America first, the others have it from there" \
  --group "the unnamed diplomat's denial"
judge '"origin":"report",.*"source":"([Tt]he )?(FBI|James Comey[^"]*|Comey|([Uu]\.S\. |[Tt]he )*(Justice Department|Department of Justice))",' \
  "one inquiry: the label, and what was shown of it later" --group "the FBI's case" --from FBI
judge '"kind":"attribution","origin":"report",.*"source":"((Marc )?Rogers|Norse)[^"]*",' \
  "rests on what an insider would know; asserted, and little of it shown" --group "an insider's knowledge" --reliability C4
judge '"statement":"[^"]*North Korea[^"]*","kind":"attribution","origin":"report",.*"source":"((Marc )?Rogers|Norse)[^"]*",' \
  "doubts that it was North Korea" --points-at "North Korea" --against
judge '"kind":"attribution","origin":"report",.*"source":"([Aa]n )?unnamed official[^"]*",' "entered by hand, with whom it points at" --exclude
judge '"kind":"similarity","origin":"report",' "entered by hand, with the label that it inherits" --exclude
judge '"kind":"(address|technique)","origin":"report",' "addresses and techniques of a page of this example: no evidence of its own" --exclude

# Code evidence: the real samples are malware and are not here. In their place stand two harmless programs that share private
# code. What is weighed is the finding that they stand for (Novetta's), with its reliability, in its group: so they add nothing.
if compiler=$(command -v gcc || command -v cc || command -v clang); then
  echo "== The stand-in for the code evidence: two harmless programs, compiled here"
  "$compiler" -O2 -s -o stand-in-later "$here/stand-in/later.c" "$here/stand-in/shared.c"
  "$compiler" -O1 -s -o stand-in-earlier "$here/stand-in/earlier.c" "$here/stand-in/shared.c"
  "$samehand" case add "$case" stand-in-later --as tool --collected 2016-02-24 --source "stand-in: a harmless program"
  "$samehand" case add "$case" stand-in-earlier --as tool --known-of "North Korea" --collected 2016-02-24 --source "stand-in: a harmless program"
  judge '"kind":"shared-code","origin":"tool",' "a stand-in from harmless software: weighed as the report that it stands for" \
    --group "likeness to the attacks of 2013" --reliability B3 --from "stand-in (harmless programs)"
  judge '"kind":"(toolchain|build-time|build-path|text|language|same-build|contradiction)","origin":"tool",' "traces of a stand-in say nothing of the incident" --exclude
else
  echo "== No compiler: the stand-in for the code evidence is left out; it changes no verdict"
fi

for day in 2014-12-05 2015-01-07 today; do
  as_of=()
  [[ $day == today ]] || as_of=(--as-of "$day")
  echo
  echo "== As of $day"
  "$samehand" case weigh "$case" "${as_of[@]}" | tee "verdict-$day.txt"
  "$samehand" case weigh "$case" "${as_of[@]}" --format json >"verdict-$day.json"
done
