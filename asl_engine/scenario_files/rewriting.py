"""Changing values inside a scenario file while everything else stays: comments, blank lines, quotes, order.

PyYAML's node graph says where each value begins and ends; only those stretches of text are replaced. A mapping or
sequence whose shape stays is entered, so that comments between its members stay too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import yaml

from asl_engine.errors import ScenarioError
from asl_engine.values import Json, Pointer, same_json

_PLAIN = re.compile(r"[A-Za-z_./](?:[\w./$@=+*()<>\-]|:(?=\S)| (?=[^\s#]))*|(?:\d+(?:d|h|ms|m|s))+")
_UNPRINTABLE = re.compile("[^ -~\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
"""What YAML does not take as it is, or takes for a line break."""
_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
WIDTH = 120
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def with_values(text: str, changes: Sequence[tuple[Pointer, Json]], origin: str) -> str:
    """The text with other values in the places of those that are written there. Raises `ScenarioError`."""
    root = yaml.compose(text, Loader=_LOADER)
    edits: list[tuple[int, int, str]] = []
    for pointer, value in changes:
        key, node = _find(root, pointer, origin)
        if _outgrows(text, key, node, value):
            _rewrite(text, key, node, value, edits)
        else:
            _replace(text, key, node, value, edits)
    for start, end, replacement in sorted(set(edits), reverse=True):
        text = text[:start] + replacement + text[end:]
    return text


def _find(root: Any, pointer: Pointer, origin: str) -> tuple[Any, Any]:
    """(key node or None, value node)"""
    key, node = None, root
    for token in pointer.tokens:
        found = None
        if isinstance(node, yaml.MappingNode):
            found = next(((name, value) for name, value in node.value if getattr(name, "value", None) == token), None)
        elif isinstance(node, yaml.SequenceNode) and token.isdecimal() and int(token) < len(node.value):
            found = (key, node.value[int(token)])
        if found is None:
            raise ScenarioError(f"{origin}: {pointer} comes from elsewhere (an anchor or a merge), so it cannot be updated in place")
        key, node = found
    return key, node


def _replace(text: str, key: Any, node: Any, value: Json, edits: list[tuple[int, int, str]]) -> None:
    if isinstance(node, yaml.MappingNode) and isinstance(value, dict) and node.value and {name.value for name, _ in node.value} == set(value):
        for name, member in node.value:
            _replace(text, name, member, value[name.value], edits)
        return
    if isinstance(node, yaml.SequenceNode) and isinstance(value, list) and len(node.value) == len(value) and value:
        for element, wanted in zip(node.value, value, strict=True):
            _replace(text, None, element, wanted, edits)
        return
    _rewrite(text, key, node, value, edits)


def _outgrows(text: str, key: Any, node: Any, value: Json) -> bool:
    """Whether what stands on one line, without a comment to lose, would become too long for it."""
    if not (isinstance(node, yaml.CollectionNode) and node.flow_style and node.start_mark.line == node.end_mark.line and _is_block(text, key)):
        return False
    width: int = key.start_mark.column + len(key.value) + 2 + len(flow_text(value))
    return width > WIDTH


def _rewrite(text: str, key: Any, node: Any, value: Json, edits: list[tuple[int, int, str]]) -> None:
    if _same(node, value):
        return
    start, end = node.start_mark.index, _end(text, node)
    replacement = _written(text, key, node, value, start)
    while replacement.startswith("\n") and text[start - 1] == " ":
        start -= 1
    edits.append((start, end, replacement))


def _same(node: Any, value: Json) -> bool:
    try:
        written = yaml.safe_load(yaml.serialize(node))
        return same_json(json.loads(json.dumps(written, default=str)), value)
    except (yaml.YAMLError, ValueError):
        return False


def _end(text: str, node: Any) -> int:
    """Where the value ends, without the comments and blank lines PyYAML counts to a block."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return max(_end(text, part) for part in (last if isinstance(last, tuple) else (last,)))
    end: int = node.end_mark.index
    while end > node.start_mark.index and text[end - 1] in " \t\r\n":
        end -= 1
    return end


def _written(text: str, key: Any, node: Any, value: Json, start: int) -> str:
    """The replacement: a block where a block stood or one line would be too long, else one line."""
    filled = isinstance(value, (dict, list)) and bool(value)
    if filled and isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        return block_text(value, node.start_mark.column).lstrip()
    flow = flow_text(value)
    empty = not node.value or (isinstance(node, yaml.ScalarNode) and _same(node, None))
    column: int = (key if key is not None else node).start_mark.column
    long = len(flow) + column > WIDTH or (empty and isinstance(value, dict))
    if filled and long and _is_block(text, key) and not text[_end(text, node) :].partition("\n")[0].strip():
        return "\n" + block_text(value, column + 2)
    return (" " if start and text[start - 1] == ":" else "") + flow


def _is_block(text: str, key: Any) -> bool:
    """Whether a key begins its line (behind dashes), so that a block may follow it."""
    if key is None:
        return False
    line = text[text.rfind("\n", 0, key.start_mark.index) + 1 : key.start_mark.index]
    return not line.strip("- ")


def flow_text(value: Json) -> str:
    """A value on one line, as people write it in YAML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_scalar(name)}: {flow_text(member)}" for name, member in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow_text, value)) + "]"
    return _scalar(value)


def block_text(value: Json, indent: int) -> str:
    """A mapping or sequence over several lines, without a final line break."""
    lines: list[str] = []
    pad = " " * indent
    if isinstance(value, dict) and value:
        for name, member in value.items():
            flow = flow_text(member)
            if isinstance(member, (dict, list)) and member and len(flow) + indent + len(name) > WIDTH:
                lines += [f"{pad}{_scalar(name)}:", block_text(member, indent + 2)]
            else:
                lines.append(f"{pad}{_scalar(name)}: {flow}")
    elif isinstance(value, list) and value:
        for element in value:
            flow = flow_text(element)
            if isinstance(element, (dict, list)) and element and len(flow) + indent > WIDTH:
                lines.append(f"{pad}- {block_text(element, indent + 2).lstrip()}")
            else:
                lines.append(f"{pad}- {flow}")
    else:
        lines.append(pad + flow_text(value))
    return "\n".join(lines)


def _scalar(value: Json) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.casefold() not in _WORDS:
        return value
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))
