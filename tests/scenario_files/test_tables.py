import pytest

TABLE = """
definition: a.asl.json
scenarios:
  - name: NAME
    each:
      - {n: 1, wait: 3s}
      - {n: 2, wait: 9s}
    input: {times: "${n}", text: "n is ${n}", other: "${x}"}
    mocks: {"State${n}": {return: "${n}"}}
    expect: {duration: "${wait}"}
"""


def test_a_row_fills_names_values_and_keys(load):
    first, second = load(TABLE.replace("NAME", "wait ${wait}"))
    assert (first.name, second.name) == ("wait 3s", "wait 9s")
    assert second.input == {"times": 2, "text": "n is 2", "other": "${x}"}
    assert second.mocks == {"State2": {"return": 2}}
    assert second.own_mocks == ("State2",)
    assert second.expect.duration.text == "9s"


def test_a_name_without_columns_tells_the_row(load):
    assert [scenario.name for scenario in load(TABLE.replace("NAME", "waits"))] == ["waits [n=1, wait=3s]", "waits [n=2, wait=9s]"]


def test_rows_may_have_names(load):
    (only,) = load("definition: a.asl.json\nscenarios:\n  - {name: one, each: {slow: {n: 1}}, input: '${n}'}")
    assert (only.name, only.input) == ("one [slow]", 1)


@pytest.mark.parametrize(
    ("each", "expected"),
    [
        ("[]", '3:23: "each" has no rows'),
        ("7", '3:23: "each" takes a list of rows, or a mapping of names to rows'),
        ("[7]", "3:24: a row is a mapping of columns to values"),
        ("[{n: 1}, {m: 1}]", '3:24: this row lacks the column "m", which others have'),
        ("[{n: 1, unused: 2}]", "3:39: nothing in this scenario says ${unused}; a column is there to be used"),
    ],
)
def test_a_table_that_cannot_be_meant_is_refused(complaints, each, expected):
    assert complaints(f"definition: a.asl.json\nscenarios:\n  - {{name: one, each: {each}, input: '${{n}}'}}") == [expected]
