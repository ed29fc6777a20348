"""DynamoDB tables that remember their items: putItem, getItem, updateItem, as Step Functions' optimised integration has them.

Failures carry the names and the wording AWS uses: DynamoDB.ResourceNotFoundException,
DynamoDB.ConditionalCheckFailedException, and DynamoDB.AmazonDynamoDBException for what DynamoDB calls a
ValidationException. Update expressions are evaluated: SET (with +, -, if_not_exists) and REMOVE of top-level attributes.
A condition is attribute_exists or attribute_not_exists of one attribute; another is refused rather than ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import asl_engine as asl

Item = dict[str, Any]

_TYPES = {"S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS"}
_TOKEN = re.compile(r"\s*(?:(?P<word>[#:]?[A-Za-z_][\w.-]*)|(?P<sign>[=,+()-]))")
_CONDITION = re.compile(r"\s*(attribute_exists|attribute_not_exists)\s*\(\s*([#A-Za-z_][\w.-]*)\s*\)\s*")
_CLAUSES = ("SET", "REMOVE", "ADD", "DELETE")


class Table:
    """One table: its key attributes and its items."""

    def __init__(self, *key: str) -> None:
        self.key = key
        self.items: dict[tuple[str, ...], Item] = {}

    def get(self, **key: str) -> dict[str, Any] | None:
        """The item with these key texts, without DynamoDB's type tags; None if there is none."""
        item = self.items.get(tuple(key[name] for name in self.key))
        return None if item is None else {name: next(iter(value.values())) for name, value in item.items()}


class DynamoDB:
    """Answers `arn:aws:states:::dynamodb:*`: `mocks.resource("arn:aws:states:::dynamodb:*").served_by(DynamoDB(orders=Table("id")))`.

    A table is found when its name is part of `TableName`, so that an unfilled `${…}` with the name in it finds it too.
    """

    def __init__(self, **tables: Table) -> None:
        self.tables = tables

    def put_item(self, call: asl.TaskCall) -> dict[str, Any]:
        table, item = self._table(call), call.arguments.get("Item", {})
        _check_attributes(item)
        key = _key(table, item)
        before = table.items.get(key)
        _check_condition(call.arguments, before)
        table.items[key] = dict(item)
        return _response(Attributes=before if call.arguments.get("ReturnValues") == "ALL_OLD" else None)

    def get_item(self, call: asl.TaskCall) -> dict[str, Any]:
        table = self._table(call)
        return _response(Item=table.items.get(_key(table, call.arguments.get("Key", {}), exact=True)))

    def update_item(self, call: asl.TaskCall) -> dict[str, Any]:
        table, asked = self._table(call), call.arguments
        key = _key(table, asked.get("Key", {}), exact=True)
        _check_condition(asked, table.items.get(key))
        before = table.items.get(key, dict(asked["Key"]))
        after = updated(before, asked.get("UpdateExpression", ""), asked.get("ExpressionAttributeNames", {}), asked.get("ExpressionAttributeValues", {}))
        if changed := [name for name in table.key if after.get(name) != asked["Key"][name]]:
            raise invalid(f"One or more parameter values were invalid: Cannot update attribute {changed[0]}. This attribute is part of the key")
        table.items[key] = after
        return _response(Attributes={"ALL_NEW": after, "ALL_OLD": before}.get(asked.get("ReturnValues", "")))

    def _table(self, call: asl.TaskCall) -> Table:
        name = str(call.arguments.get("TableName"))
        for known, table in self.tables.items():
            if known in name:
                return table
        raise failure("ResourceNotFoundException", "Requested resource not found")


def updated(item: Item, expression: str, names: Mapping[str, str], values: Mapping[str, Any]) -> Item:
    """The item after an update expression. Raises the TaskFailure DynamoDB would."""
    used: set[str] = set()
    after = dict(item)
    for clause, terms in _clauses(_tokens(expression)):
        for term in terms:
            if clause == "SET" and len(term) > 2 and term[1] == "=":
                after[_name(term[0], names, used)] = _operand(term[2:], item, names, values, used)
            elif clause == "REMOVE" and len(term) == 1:
                after.pop(_name(term[0], names, used), None)
            else:
                raise _syntax(term[0] if term else clause)
    for given, kind in ((names, "Names"), (values, "Values")):
        if unused := sorted(set(given) - used):
            raise invalid(f"Value provided in ExpressionAttribute{kind} unused in expressions: keys: {{{', '.join(unused)}}}")
    return after


def _tokens(expression: str) -> list[str]:
    tokens, at = [], 0
    while at < len(expression.rstrip()):
        found = _TOKEN.match(expression, at)
        if found is None:
            raise _syntax(expression[at:].strip()[:1])
        tokens.append(found["word"] or found["sign"])
        at = found.end()
    if not tokens:
        raise invalid("Invalid UpdateExpression: The expression can not be empty;")
    return tokens


def _clauses(tokens: Sequence[str]) -> Iterator[tuple[str, list[list[str]]]]:
    """("SET", [["#a", "=", ":b"], …]): each clause with its terms, split at the commas outside parentheses."""
    if tokens[0].upper() not in _CLAUSES:
        raise _syntax(tokens[0])
    clause, terms, depth = tokens[0].upper(), [[]], 0  # type: str, list[list[str]], int
    for token in tokens[1:]:
        if token.upper() in _CLAUSES:
            yield clause, terms
            clause, terms, depth = token.upper(), [[]], 0
        elif token == "," and not depth:
            terms.append([])
        else:
            depth += {"(": 1, ")": -1}.get(token, 0)
            terms[-1].append(token)
    yield clause, terms


def _operand(tokens: Sequence[str], item: Item, names: Mapping[str, str], values: Mapping[str, Any], used: set[str]) -> Any:
    match list(tokens):
        case [token]:
            return _value(token, item, names, values, used)
        case ["if_not_exists", "(", path, ",", *default, ")"]:
            name = _name(path, names, used)
            fallback = _operand(default, item, names, values, used)
            return item.get(name, fallback)
        case [*left, "+" | "-" as sign, right]:
            first, second = _operand(left, item, names, values, used), _value(right, item, names, values, used)
            return {"N": str(_number(first) + _number(second) if sign == "+" else _number(first) - _number(second))}
        case _:
            raise _syntax(tokens[0])


def _value(token: str, item: Item, names: Mapping[str, str], values: Mapping[str, Any], used: set[str]) -> Any:
    if token.startswith(":"):
        used.add(token)
        if token not in values:
            raise invalid(f"Invalid UpdateExpression: An expression attribute value used in expression is not defined; attribute value: {token}")
        _check_attributes({token: values[token]})
        return values[token]
    name = _name(token, names, used)
    if name not in item:
        raise invalid("The provided expression refers to an attribute that does not exist in the item")
    return item[name]


def _name(token: str, names: Mapping[str, str], used: set[str]) -> str:
    if token.startswith("#"):
        used.add(token)
        if token not in names:
            raise invalid(f"Invalid UpdateExpression: An expression attribute name used in the document path is not defined; attribute name: {token}")
        return names[token]
    if not token[0].isalpha() and token[0] != "_":
        raise _syntax(token)
    return token


def _number(value: Any) -> Decimal:
    try:
        return Decimal(value["N"])
    except (KeyError, TypeError, InvalidOperation):
        raise invalid("An operand in the update expression has an incorrect data type") from None


def _key(table: Table, attributes: Item, *, exact: bool = False) -> tuple[str, ...]:
    if any(name not in attributes for name in table.key) or (exact and set(attributes) != set(table.key)):
        missing = next((name for name in table.key if name not in attributes), None)
        raise invalid(
            f"One or more parameter values were invalid: Missing the key {missing} in the item"
            if missing and not exact
            else "The provided key element does not match the schema"
        )
    return tuple(str(next(iter(attributes[name].values()))) for name in table.key)


def _check_condition(asked: Mapping[str, Any], item: Item | None) -> None:
    """Raises the TaskFailure of a condition that does not hold; `MockError` for one this fake cannot decide."""
    written = asked.get("ConditionExpression")
    if written is None:
        return
    found = _CONDITION.fullmatch(written)
    if found is None:
        raise asl.MockError(f"this fake of DynamoDB decides attribute_exists(a) and attribute_not_exists(a), not {written}")
    name = _name(found[2], asked.get("ExpressionAttributeNames", {}), set())
    if (item is not None and name in item) != (found[1] == "attribute_exists"):
        raise failure("ConditionalCheckFailedException", "The conditional request failed")


def _check_attributes(item: Item) -> None:
    for name, value in item.items():
        if not isinstance(value, dict) or len(value) != 1 or next(iter(value)) not in _TYPES:
            raise invalid(f"Supplied AttributeValue is empty, must contain exactly one of the supported datatypes: {name}")


def _response(**members: Any) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None} | {
        "SdkHttpMetadata": {"HttpStatusCode": 200},
        "SdkResponseMetadata": {"RequestId": "REQUEST"},
    }


def _syntax(token: str) -> asl.TaskFailure:
    return invalid(f'Invalid UpdateExpression: Syntax error; token: "{token}"')


def invalid(message: str) -> asl.TaskFailure:
    """What DynamoDB calls a ValidationException has no class of its own in the SDK."""
    return failure("ValidationException", message, name="AmazonDynamoDBException")


def failure(code: str, message: str, *, name: str | None = None) -> asl.TaskFailure:
    return asl.TaskFailure(
        f"DynamoDB.{name or code}", f"{message} (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: {code}; Request ID: REQUEST; Proxy: null)"
    )
