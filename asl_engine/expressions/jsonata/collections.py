"""JSONata's functions of arrays and objects, and those that take functions. Source: jsonata.js 2.0.6, functions.js.

Every function takes the `Run` first and then JSONata's own parameters; arguments were checked against its signature.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from asl_engine.expressions.jsonata.calls import arity_of, call, mapped
from asl_engine.expressions.jsonata.runtime import (
    JsonataError,
    Run,
    Sequence,
    Value,
    append,
    before,
    boolean,
    deep_equal,
    is_array_of_numbers,
    is_array_of_strings,
    is_function,
    is_numeric,
    text_of,
    tidy,
)
from asl_engine.values import MISSING


def sum_(run: Run, numbers: Value) -> Value:
    return MISSING if numbers is MISSING else tidy(float(_total(numbers)))


def _total(numbers: list[float]) -> float:
    total = 0.0
    for number in numbers:  # left to right, as JavaScript adds; the built-in sum compensates from 3.12 on
        total += number
    return total


def count(run: Run, items: Value) -> Value:
    return 0 if items is MISSING else len(items)


def max_(run: Run, numbers: Value) -> Value:
    return MISSING if numbers is MISSING or not numbers else _extreme(numbers, max)


def min_(run: Run, numbers: Value) -> Value:
    return MISSING if numbers is MISSING or not numbers else _extreme(numbers, min)


def _extreme(numbers: list[float], choose: Callable[[list[float]], float]) -> float:
    return math.nan if any(number != number for number in numbers) else choose(numbers)


def average(run: Run, numbers: Value) -> Value:
    return MISSING if numbers is MISSING or not numbers else tidy(_total(numbers) / len(numbers))


def map_(run: Run, items: Value, function: Value = MISSING) -> Value:
    if items is MISSING:
        return MISSING
    return Sequence(result for result in mapped(run, function, ((item, index, items) for index, item in enumerate(items))) if result is not MISSING)


def filter_(run: Run, items: Value, function: Value = MISSING) -> Value:
    if items is MISSING:
        return MISSING
    kept = mapped(run, function, ((item, index, items) for index, item in enumerate(items)))
    return Sequence(item for item, keep in zip(items, kept, strict=True) if boolean(keep) is True)


def single(run: Run, items: Value, function: Value = MISSING) -> Value:
    """The one item for which `function` holds. Raises D3138 for more, D3139 for none."""
    if items is MISSING:
        return MISSING
    found = MISSING
    matched = False
    for index, item in enumerate(items):
        if function is MISSING or boolean(next(mapped(run, function, [(item, index, items)]))) is True:
            if matched:
                raise JsonataError("D3138", index=index)
            found, matched = item, True
    if not matched:
        raise JsonataError("D3139")
    return found


def reduce(run: Run, items: Value, function: Value = MISSING, initial: Value = MISSING) -> Value:
    if items is MISSING:
        return MISSING
    arity = arity_of(function)
    if arity < 2:
        raise JsonataError("D3050", index=1)
    start = 1 if initial is MISSING and items else 0
    result = items[0] if start else initial
    for index in range(start, len(items)):
        result = call(run, function, (result, items[index], index, items)[: min(arity, 4)])
    return result


def each(run: Run, members: Value = MISSING, function: Value = MISSING) -> Value:
    if type(members) is not dict:
        return Sequence()
    return Sequence(result for result in mapped(run, function, ((value, key, members) for key, value in members.items())) if result is not MISSING)


def sift(run: Run, members: Value = MISSING, function: Value = MISSING) -> Value:
    if type(members) is not dict:
        return MISSING
    kept = mapped(run, function, ((value, key, members) for key, value in members.items()))
    result = {key: value for (key, value), keep in zip(members.items(), kept, strict=True) if boolean(keep) is True}
    return result or MISSING


def zip_(run: Run, *arrays: Value) -> Value:
    if not all(isinstance(array, list) for array in arrays):
        return []
    run.room(min(map(len, arrays)) * len(arrays))
    return [list(row) for row in zip(*arrays, strict=False)]


def keys(run: Run, value: Value = MISSING) -> Value:
    if isinstance(value, list):
        return Sequence(dict.fromkeys(key for item in value for key in keys(run, item)))
    return Sequence(value) if type(value) is dict else Sequence()


def lookup(run: Run, value: Value = MISSING, key: Value = MISSING) -> Value:
    return member(value, key)


def member(value: Value, key: Value) -> Value:
    """The member `key` of an object, or of each object of an array, flattened; MISSING if there is none."""
    if type(value) is dict:
        return value.get(key, MISSING)
    if not isinstance(value, list):
        return MISSING
    result = Sequence()
    for item in value:
        found = item.get(key, MISSING) if type(item) is dict else member(item, key)
        if isinstance(found, list):
            result.extend(found)
        elif found is not MISSING:
            result.append(found)
    return result


def append_(run: Run, left: Value = MISSING, right: Value = MISSING) -> Value:
    return append(left, right)


def exists(run: Run, value: Value = MISSING) -> Value:
    return value is not MISSING


def spread(run: Run, value: Value = MISSING) -> Value:
    if isinstance(value, list):
        result: Value = Sequence()
        pieces: list[Value] = []
        for item in value:
            piece = spread(run, item)
            pieces.extend(piece if isinstance(piece, list) else [piece] if piece is not MISSING else [])
        return append(result, pieces) if value else result
    if type(value) is dict:
        return Sequence({key: item} for key, item in value.items())
    return value


def merge(run: Run, objects: Value = MISSING) -> Value:
    if objects is MISSING:
        return MISSING
    return {key: value for members in objects for key, value in members.items()}


def reverse(run: Run, items: Value = MISSING) -> Value:
    return items if items is MISSING or len(items) <= 1 else items[::-1]


def shuffle(run: Run, items: Value = MISSING) -> Value:
    """The inside-out shuffle of jsonata.js, drawing from the execution's seed."""
    if items is MISSING or len(items) <= 1:
        return items
    result: list[Value] = []
    for index, item in enumerate(items):
        place = int(run.world.chance.fraction() * (index + 1))
        result.append(item)
        result[index], result[place] = result[place], item
    return result


def distinct(run: Run, items: Value = MISSING) -> Value:
    if not isinstance(items, list) or len(items) <= 1:
        return items
    result: list[Value] = Sequence() if isinstance(items, Sequence) else []
    seen: set[tuple[type, Value]] = set()
    for item in items:
        if type(item) in (str, int, float, bool, type(None)):
            mark = (float if type(item) is int else type(item), item)
            if mark in seen and item == item:
                continue
            seen.add(mark)
        else:
            run.step(len(result) >> 2)
            if any(deep_equal(run, item, kept) for kept in result):
                continue
        result.append(item)
    return result


def sort(run: Run, items: Value = MISSING, comparator: Value = MISSING) -> Value:
    """Stable. Without a comparator only numbers, or only strings: D3070 otherwise."""
    if items is MISSING or len(items) <= 1:
        return items
    if comparator is not MISSING:
        return merge_sorted(items, lambda left, right: truthy(call(run, comparator, (left, right))))
    if is_array_of_numbers(items):
        run.step(len(items))
        return sorted(items)
    if is_array_of_strings(items):
        run.step(len(items))
        return merge_sorted(items, lambda left, right: before(right, left)) if not all(map(str.isascii, items)) else sorted(items)
    raise JsonataError("D3070", index=1)


def merge_sorted(items: list[Value], swaps: Callable[[Value, Value], bool]) -> list[Value]:
    """The merge sort of jsonata.js: `swaps(left, right)` says whether `right` belongs first.

    Not Python's sort: with a comparator that contradicts itself the two would differ, and here jsonata.js is the rule.
    """
    if len(items) <= 1:
        return list(items)
    middle = len(items) // 2
    left, right = merge_sorted(items[:middle], swaps), merge_sorted(items[middle:], swaps)
    merged: list[Value] = []
    one = other = 0
    while one < len(left) and other < len(right):
        if swaps(left[one], right[other]):
            merged.append(right[other])
            other += 1
        else:
            merged.append(left[one])
            one += 1
    return merged + left[one:] + right[other:]


def truthy(value: Value) -> bool:
    """JavaScript's truth, which `$sort` asks of its comparator: only undefined, null, false, 0, NaN and "" are false."""
    if value is MISSING or value is None:
        return False
    return value == value and bool(value) if type(value) in (bool, int, float, str) else True


def boolean_(run: Run, value: Value = MISSING) -> Value:
    return boolean(value)


def not_(run: Run, value: Value = MISSING) -> Value:
    return MISSING if value is MISSING else boolean(value) is not True


def type_(run: Run, value: Value = MISSING) -> Value:
    if value is MISSING:
        return MISSING
    if value is None:
        return "null"
    if type(value) in (int, float) and is_numeric(value):
        return "number"
    if type(value) is str:
        return "string"
    if type(value) is bool:
        return "boolean"
    if isinstance(value, list):
        return "array"
    return "function" if is_function(value) else "object"


def error(run: Run, message: Value = MISSING) -> Value:
    raise JsonataError("D3137", message="$error() function evaluated" if message is MISSING or message == "" else message)


def assert_(run: Run, condition: Value = MISSING, message: Value = MISSING) -> Value:
    if not truthy(condition):
        raise JsonataError("D3141", message="$assert() statement failed" if message is MISSING or message == "" else message)
    return MISSING


def clone(run: Run, value: Value = MISSING) -> Value:
    """A copy nobody shares. As through JSON: functions become empty strings, numbers are cut to fifteen digits."""
    if value is MISSING:
        return MISSING
    run.step(1)
    if type(value) is dict:
        return {key: clone(run, item) for key, item in value.items() if item is not MISSING}
    if isinstance(value, list):
        if isinstance(value, Sequence) and value.outer_wrapper:
            return clone(run, value[0])
        return [clone(run, item) for item in value]
    if type(value) is float:
        return tidy(float(text_of(run, value)))
    return "" if is_function(value) else value
