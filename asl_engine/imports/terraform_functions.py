"""Terraform's functions, as far as they need nothing but their arguments and the module's files.

Structures pass through as nodes, so that a member keeps its place through `merge` and `concat`. A function of values of
which one is not known is not known, but for those that only join strings. Functions that would differ from run to run
or reach outside (`timestamp`, `uuid`, `pathexpand`) are not known either. Source: Terraform Language, "Functions".
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import math
import re
from collections.abc import Callable, Mapping
from urllib.parse import quote_plus

from asl_engine.imports.hcl_tree import Span
from asl_engine.imports.knowing import is_known
from asl_engine.imports.reading import MAX_BYTES
from asl_engine.imports.refusing import refused
from asl_engine.imports.terraform_operations import as_text, bool_of, kind_of, number_of, number_text
from asl_engine.imports.terraform_patterns import regex, regexall
from asl_engine.imports.terraform_strings import elements_of, format_, indent, join, replace, substr, text_of_argument
from asl_engine.imports.terraform_values import pairs, spot_of
from asl_engine.imports.traced import Array, Encoded, Node, Object, Scalar, Text, Unknown, json_of, made, node_of
from asl_engine.values import Json, same_json

MAX_ELEMENTS = 10_000
"""Of one list a function makes."""
MAX_POWER, MAX_BASE = 64, 1_000_000
"""Of `pow` with whole numbers; beyond, it is a floating-point number."""

Function = Callable[[list[Node], Span], Node | None]
"""From arguments to a value; None if it is not known."""


# -------------------------------------------------------------------------------------------- lists and objects


def _merge(arguments: list[Node], span: Span) -> Node | None:
    found = Object({}, spot_of(span))
    for argument in arguments:
        if isinstance(argument, Object):
            for key, member in argument.members.items():
                found.members[key] = member
                found.keys[key] = argument.keys.get(key, member.spot)
        elif isinstance(argument, Unknown):
            return None
        elif not (isinstance(argument, Scalar) and argument.value is None):
            raise refused("merge takes objects and maps", spot_of(span))
    return found


def _concat(arguments: list[Node], span: Span) -> Node | None:
    if any(isinstance(argument, Unknown) for argument in arguments):
        return None
    return _list([element for argument in arguments for element in elements_of(argument, span)], span)


def _list(elements: list[Node], span: Span) -> Array:
    if len(elements) > MAX_ELEMENTS:
        raise refused(f"The list has more than {MAX_ELEMENTS:,} elements", spot_of(span))
    return Array(elements, spot_of(span))


def _flatten(arguments: list[Node], span: Span) -> Node:
    found: list[Node] = []
    waiting = list(reversed(elements_of(arguments[0], span)))
    while waiting:
        element = waiting.pop()
        if isinstance(element, Array):
            waiting.extend(reversed(element.elements))
        else:
            found.append(element)
    return _list(found, span)


def _lookup(arguments: list[Node], span: Span) -> Node | None:
    owner, key = arguments[0], arguments[1]
    if not isinstance(owner, Object) or not is_known(key):
        return None
    name = text_of_argument(key, span)
    if name in owner.members:
        return owner.members[name]
    if len(arguments) < 3:
        raise refused(f'The map has no "{name}"', spot_of(span), "give lookup a default")
    return arguments[2]


def _element(arguments: list[Node], span: Span) -> Node | None:
    values, index = elements_of(arguments[0], span), number_of(arguments[1], span)
    if index is None:
        return None
    if not values:
        raise refused("element takes a list that is not empty", spot_of(span))
    return values[int(index) % len(values)]


def _keys(arguments: list[Node], span: Span) -> Node:
    return Array([key for key, _ in pairs(_object(arguments[0], span), span)], spot_of(span))


def _values(arguments: list[Node], span: Span) -> Node:
    return Array(elements_of(_object(arguments[0], span), span), spot_of(span))


def _object(node: Node, span: Span) -> Object:
    if not isinstance(node, Object):
        raise refused("An object or a map is expected here", spot_of(span))
    return node


def _zipmap(arguments: list[Node], span: Span) -> Node:
    keys, values = (elements_of(argument, span) for argument in arguments[:2])
    return Object({text_of_argument(key, span): value for key, value in zip(keys, values, strict=False)}, spot_of(span))


def _set_of(arguments: list[Node], span: Span) -> Node:
    """Sets are iterated in the order of their texts, each value once."""
    found: dict[str, Node] = {}
    for element in elements_of(arguments[0], span):
        found.setdefault(text_of_argument(element, span) if not isinstance(element, (Array, Object)) else repr(json_of(element)), element)
    return Array([found[key] for key in sorted(found)], spot_of(span))


def _sort(arguments: list[Node], span: Span) -> Node | None:
    return (
        Array(sorted(elements_of(arguments[0], span), key=lambda element: text_of_argument(element, span)), spot_of(span)) if is_known(arguments[0]) else None
    )


def _distinct(arguments: list[Node], span: Span) -> Node:
    found: dict[str, Node] = {}
    for element in elements_of(arguments[0], span):
        found.setdefault(_identity(element), element)
    return Array(list(found.values()), spot_of(span))


def _identity(node: Node) -> str:
    """Equal for equal values: 1 and 1.0 are, 1 and "1" are not."""
    value = json_of(node)
    return json.dumps(int(value) if isinstance(value, float) and value.is_integer() else value, sort_keys=True)


def _set_operation(keep: Callable[[int, int], bool]) -> Function:
    """Of several sets, what stands in as many of them as `keep` says: how many hold it, of how many."""

    def call(arguments: list[Node], span: Span) -> Node | None:
        if not all(map(is_known, arguments)):
            return None
        held = [{_identity(element): element for element in elements_of(argument, span)} for argument in arguments]
        found = [element for key, element in held[0].items() if keep(sum(key in each for each in held), len(held))]
        return _set_of([_list(found, span)], span)

    return call


def _setproduct(arguments: list[Node], span: Span) -> Node:
    sets = [elements_of(argument, span) for argument in arguments]
    if math.prod(map(len, sets)) > MAX_ELEMENTS:
        raise refused(f"The list has more than {MAX_ELEMENTS:,} elements", spot_of(span))
    return Array([Array(list(row), spot_of(span)) for row in itertools.product(*sets)], spot_of(span))


def _chunklist(arguments: list[Node], span: Span) -> Node | None:
    values, size = elements_of(arguments[0], span), number_of(arguments[1], span)
    if size is None:
        return None
    step = max(int(size), 1)
    return Array([Array(values[at : at + step], spot_of(span)) for at in range(0, len(values), step)], spot_of(span))


def _formatlist(arguments: list[Node], span: Span) -> Node | None:
    lists = [len(argument.elements) for argument in arguments[1:] if isinstance(argument, Array)]
    if len(set(lists)) > 1:
        raise refused("formatlist takes lists of one length", spot_of(span))
    found: list[Node] = []
    for index in range(lists[0] if lists else 1):
        row = [argument.elements[index] if isinstance(argument, Array) else argument for argument in arguments]
        text = format_(row, span)
        if text is None:
            return None
        found.append(text)
    return _list(found, span)


def _contains(arguments: list[Node], span: Span) -> Node | None:
    if not all(map(is_known, arguments)):
        return None
    return Scalar(any(same_json(json_of(element), json_of(arguments[1])) for element in elements_of(arguments[0], span)), spot_of(span))


def _slice(arguments: list[Node], span: Span) -> Node:
    start, end = (int(number_of(argument, span) or 0) for argument in arguments[1:3])
    return Array(elements_of(arguments[0], span)[start:end], spot_of(span))


def _range(arguments: list[Node], span: Span) -> Node | None:
    numbers = [number_of(argument, span) for argument in arguments]
    known = [number for number in numbers if number is not None]
    if len(known) < len(numbers) or not known:
        return None
    start, end = (0, known[0]) if len(known) == 1 else (known[0], known[1])
    step = known[2] if len(known) > 2 else 1 if end >= start else -1
    if step == 0 or abs((end - start) / step) > MAX_ELEMENTS:
        raise refused(f"range makes at most {MAX_ELEMENTS:,} elements, and no endless list", spot_of(span))
    count = max(math.ceil((end - start) / step), 0)
    return Array([Scalar(start + index * step, spot_of(span)) for index in range(count)], spot_of(span))


def _length(arguments: list[Node], span: Span) -> Node | None:
    match arguments[0]:
        case Array(elements=elements):
            return Scalar(len(elements), spot_of(span))
        case Object(members=members):
            return Scalar(len(members), spot_of(span))
        case Text() as text if text.is_known:
            return Scalar(len(text.value), spot_of(span))
        case _:
            return None


def _coalesce(arguments: list[Node], span: Span) -> Node | None:
    for argument in arguments:
        if isinstance(argument, Unknown):
            return None
        if not (isinstance(argument, Scalar) and argument.value is None) and not (isinstance(argument, Text) and not argument.value):
            return argument
    raise refused("coalesce is given no value that is neither null nor empty", spot_of(span))


def _coalescelist(arguments: list[Node], span: Span) -> Node | None:
    return next((argument for argument in arguments if not isinstance(argument, Array) or argument.elements), None)


def _one(arguments: list[Node], span: Span) -> Node:
    values = elements_of(arguments[0], span)
    if len(values) > 1:
        raise refused(f"one takes a list of at most one element, and this has {len(values)}", spot_of(span))
    return values[0] if values else Scalar(None, spot_of(span))


# ------------------------------------------------------------------------------------------------ conversions


def _converted(kind: str) -> Function:
    def convert(arguments: list[Node], span: Span) -> Node | None:
        argument = arguments[0]
        if isinstance(argument, Unknown):
            return Unknown(argument.name, argument.spot, kind)
        if isinstance(argument, Scalar) and argument.value is None:
            return argument
        match kind:
            case "string":
                return as_text(argument, span)
            case "number":
                number = number_of(argument, span)
                return None if number is None else Scalar(number, argument.spot)
            case "bool":
                held = bool_of(argument, span)
                return None if held is None else Scalar(held, argument.spot)
            case "list":
                return Array(elements_of(argument, span), argument.spot)
            case _:
                return _object(argument, span)

    return convert


def _encode(arguments: list[Node], span: Span) -> Node:
    return Encoded(arguments[0], spot_of(span))


def _plain(function: Callable[..., Json]) -> Function:
    """A function of known JSON values."""

    def call(arguments: list[Node], span: Span) -> Node | None:
        if not all(map(is_known, arguments)):
            return None
        try:
            result = function(*map(json_of, arguments))
        except (TypeError, ValueError, AttributeError, IndexError, KeyError, OverflowError, StopIteration) as error:
            raise refused(f"The function does not take these values: {error}", spot_of(span)) from None
        if isinstance(result, str) and len(result) > MAX_BYTES:
            raise refused(f"The string grows to more than {MAX_BYTES:,} characters", spot_of(span))
        return node_of(result, spot_of(span))

    return call


def _text(function: Callable[..., Json]) -> Function:
    """As `_plain`, of strings: numbers and booleans are converted, as Terraform does."""

    def convert(*values: Json) -> Json:
        return function(*(number_text(value) if isinstance(value, (bool, int, float)) else value for value in values))

    return _plain(convert)


def _hashed(name: str) -> Function:
    return _text(lambda text: hashlib.new(name, text.encode(), usedforsecurity=False).hexdigest())


def _kind(arguments: list[Node], span: Span) -> Node:
    return made(kind_of(arguments[0]), spot_of(span))


FUNCTIONS: Mapping[str, Function] = {
    "abs": _plain(abs),
    "alltrue": _plain(lambda values: all(value is True or value == "true" for value in values)),
    "anytrue": _plain(lambda values: any(value is True or value == "true" for value in values)),
    "base64decode": _text(lambda text: base64.b64decode(text, validate=True).decode("utf-8")),
    "base64encode": _text(lambda text: base64.b64encode(text.encode()).decode("ascii")),
    "ceil": _plain(math.ceil),
    "chunklist": _chunklist,
    "chomp": _text(lambda text: text.rstrip("\r\n")),
    "coalesce": _coalesce,
    "coalescelist": _coalescelist,
    "compact": _plain(lambda values: [value for value in values if value not in ("", None)]),
    "concat": _concat,
    "contains": _contains,
    "distinct": _distinct,
    "element": _element,
    "endswith": _text(lambda text, suffix: text.endswith(suffix)),
    "flatten": _flatten,
    "floor": _plain(math.floor),
    "format": format_,
    "formatlist": _formatlist,
    "indent": _text(indent),
    "index": _plain(lambda values, value: next(index for index, each in enumerate(values) if same_json(each, value))),
    "join": join,
    "jsonencode": _encode,
    "keys": _keys,
    "length": _length,
    "lookup": _lookup,
    "lower": _text(str.lower),
    "max": _plain(max),
    "md5": _hashed("md5"),
    "merge": _merge,
    "min": _plain(min),
    "nonsensitive": lambda arguments, span: arguments[0],
    "one": _one,
    "parseint": _text(lambda text, base: int(text, int(base))),
    "pow": _plain(lambda base, power: base**power if abs(power) <= MAX_POWER and abs(base) <= MAX_BASE else math.pow(base, power)),
    "range": _range,
    "regex": regex,
    "regexall": regexall,
    "replace": replace,
    "reverse": lambda arguments, span: Array(elements_of(arguments[0], span)[::-1], spot_of(span)),
    "sensitive": lambda arguments, span: arguments[0],
    "setintersection": _set_operation(lambda held, all_: held == all_),
    "setproduct": _setproduct,
    "setsubtract": _set_operation(lambda held, all_: held == 1),
    "setunion": lambda arguments, span: _set_of([_list([element for each in arguments for element in elements_of(each, span)], span)], span),
    "sha1": _hashed("sha1"),
    "sha256": _hashed("sha256"),
    "sha512": _hashed("sha512"),
    "signum": _plain(lambda number: (number > 0) - (number < 0)),
    "slice": _slice,
    "sort": _sort,
    "split": _text(lambda separator, text: text.split(separator) if separator else list(text)),
    "startswith": _text(lambda text, prefix: text.startswith(prefix)),
    "strcontains": _text(lambda text, part: part in text),
    "strrev": _text(lambda text: text[::-1]),
    "substr": _text(substr),
    "sum": _plain(sum),
    "title": _text(lambda text: re.sub(r"(^|\s)(\S)", lambda found: found[1] + found[2].upper(), text)),
    "tobool": _converted("bool"),
    "tolist": _converted("list"),
    "tomap": _converted("object"),
    "tonumber": _converted("number"),
    "toset": _set_of,
    "tostring": _converted("string"),
    "trim": _text(lambda text, characters: text.strip(characters)),
    "trimprefix": _text(lambda text, prefix: text.removeprefix(prefix)),
    "trimspace": _text(str.strip),
    "trimsuffix": _text(lambda text, suffix: text.removesuffix(suffix)),
    "type": _kind,
    "upper": _text(str.upper),
    "urlencode": _text(quote_plus),
    "values": _values,
    "yamlencode": _encode,
    "zipmap": _zipmap,
}
"""Those that see nothing but their arguments."""
