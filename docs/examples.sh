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
