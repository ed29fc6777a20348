#!/bin/sh
# What `make demo` shows: each revision of definitions/orchestrator, the happy path and what can go wrong.
# Exit codes are part of the story: 0 succeeded, 1 failed, 2 refused. Any other answer than expected ends the demo.
ASL=${ASL:-asl}
VALUES="--placeholders definitions/orchestrator/values.json"
NEW=scenarios/orchestrator/request-r5.json
OLD=scenarios/orchestrator/request-r3.json

show() { # show EXPECTED_EXIT_CODE "explanation" arguments…
  expected=$1
  printf '\n\n%s\n\n' "── $2"
  shift 2
  printf '$ asl %s\n\n' "$*"
  $ASL "$@" 2>&1
  code=$?
  [ "$code" = "$expected" ] || { echo "exit code $code, expected $expected"; exit 1; }
}

run() { # run EXPECTED REVISION INPUT MOCKS "explanation" [options]
  expected=$1 revision=$2 input=$3 mocks=$4 text=$5
  shift 5
  show "$expected" "$text" run "definitions/orchestrator/$revision.asl.json" $VALUES -i "$input" --mock "mocks.orchestrator:$mocks" "$@"
}

run 0 r3 $OLD mocks "r3: everything works. Five minutes of polling take milliseconds: the clock is virtual."
run 0 r3 $OLD slow_build "r3: a build that takes half an hour. Thirty polls are one line."
run 0 r4 $OLD stumbling "r4: DynamoDB is throttled once, the proxy times out twice. Retries wait 3 s, then 6 s."
run 1 r4 $OLD build_fails "r4: the build fails; the Choice falls through to Default and the failure is recorded."
run 1 r4 $OLD adlds_fails "r4: the directory group fails, and no rule looks for that: polling goes on until the history is full, days later."
run 1 r5 $NEW adlds_fails "r5: now a rule does."
run 1 r5 $NEW adlds_refused "r5: but if the group may not be requested, its failure path reads the answer of a poll that never was."
show 1 "r6: AWS would refuse this one." check definitions/orchestrator/r6.asl.json
show 2 "So it is refused here." run definitions/orchestrator/r6.asl.json $VALUES -i $NEW --mock mocks.orchestrator
run 1 r6 $NEW mocks "r6, run all the same: a group that is merely IN_PROGRESS counts as unexpected. The happy path of r5 fails." --no-validate
show 0 "What did each revision break and mend? Each is run against the next." \
  diff --chain $VALUES definitions/orchestrator/r3.asl.json definitions/orchestrator/r4.asl.json definitions/orchestrator/r5.asl.json definitions/orchestrator/r6.asl.json
printf '\n\nNext: asl run YOUR.asl.json -i YOUR-input.json --mock YOUR-mocks.yaml  (README.md, "Your own definition")\n'
