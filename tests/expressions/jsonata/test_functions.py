"""The functions: AWS's six, and JSONata's where they are easily wrong."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from asl_engine.chance import Chance
from asl_engine.expressions import Scope
from asl_engine.expressions.jsonata import compile_expression, evaluate_bare
from asl_engine.expressions.jsonata.runtime import InternalFault, JsonataError
from asl_engine.values import MISSING


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("$partition([1,2,3,4,5], 2)", [[1, 2], [3, 4], [5]]),
        ("$partition([0], 2)", [[0]]),
        ("$partition([1,2,3], 2.9)", [[1, 2], [3]]),
        ("$partition([1,2,3])", [[1, 2, 3]]),
        ("$partition([], 2)", MISSING),
        ("$partition([1], 0)", MISSING),
        ("$range(0, 6, 2)", [0, 2, 4, 6]),
        ("$range(10, 0, -5)", [10, 5, 0]),
        ("$range(1, 9, 9)", 1),
        ("$range(-1.7, 2, 1)", [-1, 0, 1, 2]),
        ("$range(5, 1, 1)", MISSING),
        ("$range(1, 5, 0)", MISSING),
        ("$range(1, 5)", MISSING),
        ("$hash('input', 'SHA-1')", "140f86aae51ab9e1cda9b4254fe98a74eb54c1a1"),
        ("$hash('input')", MISSING),
        ("$random(42)", 0.7275636800328681),
        ('$parse("-0")', 0),
        ("$parse('{\"a\": [1.0, null]}')", {"a": [1, None]}),
        ("$parse('9223372036854775807')", 9223372036854775807),
        ("$parse()", MISSING),
    ],
)
def test_a_function_of_aws_gives(expression: str, result: Any) -> None:
    value = evaluate_bare(expression)
    assert value is MISSING if result is MISSING else value == result


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("$partition([1], -1)", "D3137"),
        ("$partition(null, 2)", "T0412"),
        ("$range(1)", "T0410"),
        ("$hash('a', 'md5')", "D3137"),
        ("$hash(1, 'MD5')", "T0410"),
        ("$random('x')", "T0410"),
        ("$uuid(1)", "T0410"),
        ("$parse('nope')", "D3137"),
        ("$parse('')", "D3137"),
        ('$parse(\'{"a":1,"a":2}\')', "D3137"),
        ("$parse('NaN')", "D3137"),
        ("$parse(null)", "T0410"),
    ],
)
def test_a_function_of_aws_refuses(expression: str, code: str) -> None:
    with pytest.raises(JsonataError) as caught:
        evaluate_bare(expression)
    assert caught.value.code == code


def test_chance_and_time_are_the_executions() -> None:
    class Later(Scope):
        @property
        def now(self) -> datetime:
            return datetime(2026, 9, 1, 10, 11, 12, 345_000, tzinfo=UTC)

    def drawn(expression: str, seed: int) -> Any:
        return compile_expression(f"{{% {expression} %}}", "Output")(None, Later(chance=Chance(seed)))

    assert drawn("$now()", 1) == "2026-09-01T10:11:12.345Z"
    assert drawn("$millis()", 1) == 1788257472345
    assert drawn("$now('[Y]-[M01]')", 1) == "2026-09"
    assert drawn("[$random(), $uuid(), $shuffle([1..9])]", 5) == drawn("[$random(), $uuid(), $shuffle([1..9])]", 5)
    assert drawn("$uuid()", 5) != drawn("$uuid()", 6)


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("$string(5890840712243076)", "5890840712243076"),
        ("5890840712243076 & ''", "5890840712243076"),
        ("$string(1e20)", "100000000000000000000"),
        ("$string(1e21)", "1e+21"),
        ("$string(0.1 + 0.2)", "0.3"),
        ("$string(1e-7)", "1e-7"),
        ("$string({'a': [1, true]}, true)", '{\n  "a": [\n    1,\n    true\n  ]\n}'),
        ("$string(function(){1})", ""),
        ("$sort([{'k':1,'n':0},{'k':1,'n':1},{'k':1,'n':2}], function($l, $r){ $l.k > $r.k }).n", [0, 1, 2]),
        ("$sort(['b', 'a'])", ["a", "b"]),
        ("$distinct([1, true, 1.0, '1', {'a':1}, {'a':1}])", [1, True, "1", {"a": 1}]),
        ("$lowercase('STRASSE ß')", "strasse ß"),
        ("$length('\\uD834\\uDD1E')", 1),
        ("$trim('  a \\n b ')", "a b"),
        ("$pad('a', -3, '#')", "##a"),
        ("$substring('hello', -3, 2)", "ll"),
        ("$split('a, b', ', ', 1)", ["a"]),
        ("$split('abc', '')", ["a", "b", "c"]),
        ("$replace('John Smith', /(\\w+)\\s(\\w+)/, '$2, $1')", "Smith, John"),
        ("$replace('aaa', 'a', 'b', 2)", "bba"),
        ("$match('ab12', /([a-z])([0-9])/).groups", ["b", "1"]),
        ("$contains('abc', /B/i)", True),
        ("$round(2.5)", 2),
        ("$round(-1.5)", -2),
        ("$round(1.005, 2)", 1),
        ("$round(1234, -2)", 1200),
        ("$power(2, 0.5)", 1.4142135623730951),
        ("$formatNumber(12345.6, '#,###.00')", "12,345.60"),
        ("$formatNumber(0.14, '01%')", "14%"),
        ("$formatNumber(-6, '000')", "-006"),
        ("$formatBase(255, 16)", "ff"),
        ("$formatInteger(1999, 'I')", "MCMXCIX"),
        ("$formatInteger(21, 'w')", "twenty-one"),
        ("$parseInteger('twelve', 'w')", 12),
        ("$parseInteger('abc', '0')", "NaN"),
        ("$number('0x1F')", 31),
        ("$number(true)", 1),
        ("$toMillis('2018-03-27')", 1522108800000),
        ("$fromMillis(1510067557121, '[M01]/[D01]/[Y0001] [h#1]:[m01][P]')", "11/07/2017 3:12pm"),
        ("$fromMillis(0)", "1970-01-01T00:00:00.000Z"),
        ("$encodeUrlComponent('?x=é')", "%3Fx%3D%C3%A9"),
        ("$decodeUrl('a%2Fb%20c')", "a%2Fb c"),
        ("$base64encode('hello')", "aGVsbG8="),
        ("$keys([{'a':1},{'b':2,'a':3}])", ["a", "b"]),
        ("$merge([{'a':1},{'b':2}])", {"a": 1, "b": 2}),
        ("$spread({'a':1,'b':2})", [{"a": 1}, {"b": 2}]),
        ("$sift({'a':1,'b':2}, function($v){ $v > 1 })", {"b": 2}),
        ("$each({'a':1}, function($v, $k){ $k & $v })", "a1"),
        ("$reduce([1..4], function($a, $b){ $a * $b })", 24),
        ("$zip([1,2],[3,4,5])", [[1, 3], [2, 4]]),
        ("$boolean([0, 1])", True),
        ("$single([1, 2, 3], function($x){ $x = 2 })", 2),
        ("$average([1, 2])", 1.5),
        ("$max([])", MISSING),
        ("$append([], nope)", []),
    ],
)
def test_a_function_of_jsonata_gives(expression: str, result: Any) -> None:
    value = evaluate_bare(expression)
    assert value is MISSING if result is MISSING else value == result
    assert type(value) is type(result)


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("$number('abc')", "D3030"),
        ("$sqrt(-1)", "D3060"),
        ("$power(10, 400)", "D3061"),
        ("$formatNumber(1, 'x')", "D3086"),
        ("$formatNumber(1, '0;0;0')", "D3080"),
        ("$sort([1, 'a'])", "D3070"),
        ("$single([1, 1])", "D3138"),
        ("$single([])", "D3139"),
        ("$reduce([1, 2], function($x){ $x })", "D3050"),
        ("$match('aa', /b*/)", "D1004"),
        ("$fromMillis(0, '[q]')", "D3132"),
        ("$fromMillis(0, '[YN]')", "D3133"),
        ("$decodeUrl('%')", "D3140"),
        ("$assert(false, 'no')", "D3141"),
        ("$replace('a', '', 'b')", "D3010"),
        ("$formatBase(1, 99)", "D3100"),
    ],
)
def test_a_function_of_jsonata_refuses(expression: str, code: str) -> None:
    with pytest.raises(JsonataError) as caught:
        evaluate_bare(expression)
    assert caught.value.code == code


def test_a_text_that_is_no_base64_is_an_internal_fault_as_on_aws() -> None:
    with pytest.raises(InternalFault):
        evaluate_bare("$base64decode('!!!')")
