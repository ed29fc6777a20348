#!/bin/sh
# What `make examples` shows: the definitions of definitions/examples checked, their scenarios played, one execution of each as a tree.
# An exit code other than the expected one ends it.
ASL=${ASL:-asl}

show() { # show EXPECTED_EXIT_CODE "explanation" arguments…
  expected=$1
  printf '\n\n%s\n\n' "── $2"
  shift 2
  printf '$ asl %s\n\n' "$*"
  $ASL "$@" 2>&1
  code=$?
  [ "$code" = "$expected" ] || { echo "exit code $code, expected $expected"; exit 1; }
}

tree() { # tree EXPECTED_EXIT_CODE EXAMPLE MOCKS "explanation" [options]: the input is scenarios/examples/EXAMPLE.json
  expected=$1 example=$2 mocks=$3 text=$4
  shift 4
  show "$expected" "$example: $text" run definitions/examples/"$example".asl.* -i "scenarios/examples/$example.json" --mock "$mocks" "$@"
}

show 0 "AWS would take every one of them." check definitions/examples/*.asl.*
show 0 "Every state, rule, catcher and exhausted retrier of them is played." test scenarios/examples

# In the order of definitions/examples/README.md.
tree 0 lambda-error-handling mocks.lambda_error_handling "throttled twice, retried by that name, then booked by a real handler."
tree 0 activity-worker mocks.activity_worker "a worker dies in its tenth minute and is missed a minute later; the next one takes the film."
tree 0 iterate-loop mocks/iterate-loop.yaml "seven turns; the fourth page is slow twice."
tree 0 human-approval mocks.human_approval "two days of silence, then the deputy."
tree 0 map-over-list mocks.map_over_list "five lines, three at a time; the last one finds too few bulbs."
tree 0 job-poller mocks.job_poller "half an hour of polling in milliseconds."
tree 0 task-timer mocks/task-timer.yaml "weeks of sleep; the appointment is put off, so it sleeps on." --start 2026-02-20T16:00:00Z
tree 0 nested-workflows mocks.nested_workflows "too long for one sheet: the child says so, and two children do the halves."
tree 0 queue-to-table mocks.queue_to_table "twelve messages in two batches, then a long poll that brings nothing."
tree 0 batch-job mocks/batch-job.yaml "Batch stumbles once, then the job takes its time."
tree 1 container-task mocks/container-task.yaml "a container fails, and the topic hears why in one sentence."
tree 0 train-model mocks.sagemaker "three jobs are tuned, the best is served instead of what was there."
tree 0 should-i-deploy mocks.iam:red_light "it is Friday, so the pipeline may do nothing."
tree 0 create-user mocks.iam:approving "a yes after ninety minutes; the new user is not known at once."
tree 0 bucket-replication mocks.datasync "five looks, ten seconds apart."
for language in jsonata jsonpath; do
  show 0 "resize-picture-$language: one picture, one test message, one text file with a hopeful name." \
    run definitions/examples/resize-picture-$language.asl.json -i scenarios/examples/resize-picture.json --mock mocks.resize_picture
done
