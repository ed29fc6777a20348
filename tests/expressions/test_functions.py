import pytest

from asl_engine.expressions import Scope
from asl_engine.expressions.functions import FUNCTIONS, java_round, java_text
from asl_engine.values import Json


def call(name: str, *values: Json) -> Json:
    return FUNCTIONS[name].run(Scope(), *values)


def test_there_are_eighteen_functions() -> None:
    assert len(FUNCTIONS) == 18


@pytest.mark.parametrize(
    ("number", "rounded"),
    [
        (1.49, 1),
        (1.5, 2),
        (2.5, 3),
        (3.5, 4),
        (0.5, 1),
        (-0.5, 0),
        (-1.49, -1),
        (-1.5, -1),
        (-1.51, -2),
        (-2.5, -2),
        (0.49999999999999994, 0),
        (7, 7),
        (10**20, 10**20),
    ],
)
def test_numbers_are_rounded_half_up(number: float, rounded: int) -> None:
    assert java_round(number) == rounded


@pytest.mark.parametrize(("first", "second", "total"), [(1.49, 1.5, 3), (1.5, 1.51, 4), (-0.5, 0.5, 1), (-9, 3, -6), (1.49, -1.49, 0)])
def test_math_add_rounds_before_it_adds(first: float, second: float, total: int) -> None:
    assert call("MathAdd", first, second) == total


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("s", "s"),
        (None, "null"),
        (True, "true"),
        (1.1, "1.1"),
        (1, "1"),
        (["a", None, [1]], "[a, null, [1]]"),
        ({"Arg1": 1, "Arg2": {"b": "x"}}, "{Arg1=1, Arg2={b=x}}"),
        ({}, "{}"),
    ],
)
def test_values_print_as_java_prints_them(value: Json, text: str) -> None:
    assert java_text(value) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        (" ", None),
        ("\n", None),
        ("null", None),
        ("-0", 0),
        ("1.1", 1.1),
        ('"s"', "s"),
        ('[1, 2, "x"]', [1, 2, "x"]),
        ('{"a": {"b": []}}', {"a": {"b": []}}),
    ],
)
def test_string_to_json_reads_json_and_makes_null_of_blanks(text: str, value: Json) -> None:
    assert call("StringToJson", text) == value


@pytest.mark.parametrize("text", ["{", "nul", "NaN", "Infinity", "1e999", "'a'", "[1,]", "9" * 5000])
def test_string_to_json_refuses_what_is_no_json(text: str) -> None:
    with pytest.raises(ValueError):
        call("StringToJson", text)


@pytest.mark.parametrize(("value", "text"), [({"Arg1": 1, "Arg2": []}, '{"Arg1":1,"Arg2":[]}'), ("HelloWorld", '"HelloWorld"'), (None, "null"), ("é", '"é"')])
def test_json_to_string_is_compact(value: Json, text: str) -> None:
    assert call("JsonToString", value) == text


@pytest.mark.parametrize(
    ("array", "size", "chunks"),
    [([], 3, []), ([0, 1, 2], 2, [[0, 1], [2]]), ([0], 4, [[0]]), ([0, 1, 2, 3], 2, [[0, 1], [2, 3]]), ([0, 1, 2], 1.5, [[0, 1], [2]])],
)
def test_array_partition_cuts_chunks(array: list[Json], size: float, chunks: Json) -> None:
    assert call("ArrayPartition", array, size) == chunks


@pytest.mark.parametrize("size", [0, -1, 0.4])
def test_array_partition_needs_a_positive_size(size: float) -> None:
    with pytest.raises(ValueError):
        call("ArrayPartition", [1], size)


def test_array_contains_compares_deeply_and_by_type() -> None:
    assert call("ArrayContains", [1, {"a": [1]}], {"a": [1.0]}) is True
    assert call("ArrayContains", [1, "1"], True) is False


@pytest.mark.parametrize(
    ("arguments", "numbers"),
    [
        ((1, 9, 2), [1, 3, 5, 7, 9]),
        ((1, 9, 9), [1]),
        ((1, 10, 9), [1, 10]),
        ((3, 1, -1), [3, 2, 1]),
        ((1, 0, 1), []),
        ((0.5, 2.4, 1), [1, 2]),
        ((1, 1000, 1), list(range(1, 1001))),
    ],
)
def test_array_range_includes_its_end(arguments: tuple[float, float, float], numbers: Json) -> None:
    assert call("ArrayRange", *arguments) == numbers


@pytest.mark.parametrize("arguments", [(1, 9, 0), (1, 1001, 1), (1, 10**30, 1), (-(10**30), 10**30, 1), (10**30, 0, -1)])
def test_array_range_gives_no_more_than_a_thousand_numbers(arguments: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError):
        call("ArrayRange", *arguments)


def test_array_get_item_counts_from_zero() -> None:
    assert call("ArrayGetItem", [1, 2, 3], 2) == 3
    for index in (3, -1):
        with pytest.raises(ValueError):
            call("ArrayGetItem", [1, 2, 3], index)


def test_array_unique_keeps_the_first_of_equals() -> None:
    array: list[Json] = [None, None, True, False, 1, 1, 1.1, 0, "x", "x", [], [], [None], {"a": 1, "b": 2}, {"b": 2, "a": 1}, {"a": 1, "b": 1}, 1.0]
    assert call("ArrayUnique", array) == [None, True, False, 1, 1.1, 0, "x", [], [None], {"a": 1, "b": 2}, {"a": 1, "b": 1}]


@pytest.mark.parametrize(("text", "encoded"), [("", ""), ("Data to encode", "RGF0YSB0byBlbmNvZGU="), ("é", "w6k=")])
def test_base64_works_on_utf_8(text: str, encoded: str) -> None:
    assert call("Base64Encode", text) == encoded
    assert call("Base64Decode", encoded) == text


def test_base64_needs_no_padding() -> None:
    assert call("Base64Decode", "w6k") == "é"


@pytest.mark.parametrize(("name", "text"), [("Base64Encode", "a" * 10_001), ("Base64Decode", "a" * 10_001), ("Base64Decode", "*"), ("Base64Decode", "a")])
def test_base64_refuses_long_and_wrong_texts(name: str, text: str) -> None:
    with pytest.raises(ValueError):
        call(name, text)


@pytest.mark.parametrize(
    ("algorithm", "digest"),
    [
        ("MD5", "812f45842bc6d66ee14572ce20db8e86"),
        ("SHA-1", "aaff4a450a104cd177d28d18d74485e8cae074b7"),
        ("SHA-256", "b4a697a057313163aee33cd8d40c66e9f0f177e00cac2de32475ffff6169c3e3"),
    ],
)
def test_hash_gives_lower_case_hexadecimals(algorithm: str, digest: str) -> None:
    assert call("Hash", "input data", algorithm) == digest


def test_hash_serialises_what_is_no_string() -> None:
    assert call("Hash", {"a": 1}, "MD5") == call("Hash", '{"a":1}', "MD5")


@pytest.mark.parametrize(("data", "algorithm"), [("x", "SHA256"), ("x", "md5"), ("x" * 10_001, "MD5")])
def test_hash_refuses_other_algorithms_and_long_data(data: str, algorithm: str) -> None:
    with pytest.raises(ValueError):
        call("Hash", data, algorithm)


def test_json_merge_is_shallow_and_the_second_wins() -> None:
    merged = call("JsonMerge", {"a": {"a1": 1, "a2": 2}, "b": 2}, {"a": {"a3": 1}, "c": 3}, False)
    assert merged == {"a": {"a3": 1}, "b": 2, "c": 3} and list(merged) == ["a", "b", "c"]  # type: ignore[arg-type]
    with pytest.raises(ValueError):
        call("JsonMerge", {}, {}, True)


@pytest.mark.parametrize(
    ("text", "delimiters", "pieces"),
    [
        (",,,,", ",", []),
        (", , ,", ",", [" ", " "]),
        ("This.is+a,test=string", ".+,=", ["This", "is", "a", "test", "string"]),
        ("AWS::EC2::Instance", "::", ["AWS", "EC2", "Instance"]),
        ("a-b]c^d", "^-]", ["a", "b", "c", "d"]),
        ("abc", "", ["abc"]),
        ("", ",", []),
    ],
)
def test_string_split_takes_a_set_of_delimiters(text: str, delimiters: str, pieces: Json) -> None:
    assert call("StringSplit", text, delimiters) == pieces


def test_math_random_excludes_its_end() -> None:
    assert {call("MathRandom", 1, 3, seed) for seed in range(50)} == {1, 2}  # type: ignore[misc]
    assert -99999 <= call("MathRandom", -99999, -9999) < -9999  # type: ignore[operator]
    with pytest.raises(ValueError):
        call("MathRandom", 3, 3)
