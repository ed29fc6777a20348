"""The Map state's fields. Spec, "Map State"; developer guide, "Using Map state in Distributed mode"."""

from __future__ import annotations

from asl_engine.expressions import Evaluate, ExpressionError, Scope
from asl_engine.expressions.jsonpath import path_field
from asl_engine.failures import QUERY_EVALUATION_ERROR, Failure, runtime_failure
from asl_engine.program import Batcher, Distributed, Map, Program, Reader, Writer
from asl_engine.program.compile_numbers import compile_count, compile_percentage
from asl_engine.program.dataflow import JSONataFields, QueryLanguage
from asl_engine.program.fields import Fields
from asl_engine.tasks.resource import parse_resource
from asl_engine.values import Json, json_text


def compile_map(state: Fields, language: QueryLanguage, processor: Program) -> Map:
    distributed = _distributed(state, language)
    return Map(
        items=_items(state, language, distributed),
        selector=language.template(state, "ItemSelector") or (None if isinstance(language, JSONataFields) else language.template(state, "Parameters")),
        max_concurrency=compile_count(state, language, "MaxConcurrency"),
        tolerated_count=compile_count(state, language, "ToleratedFailureCount"),
        tolerated_percentage=compile_percentage(state, language, "ToleratedFailurePercentage"),
        processor=processor,
        distributed=distributed,
    )


def _items(state: Fields, language: QueryLanguage, distributed: Distributed | None) -> Evaluate:
    """ItemsPath or Items. A Distributed Map takes an object's members too; with an ItemReader nothing is looked at."""
    if distributed is not None and distributed.reader is not None:
        return lambda data, scope: []
    kinds: tuple[type, ...] = (list,) if distributed is None else (list, dict)
    if isinstance(language, JSONataFields):
        return _jsonata_items(state, kinds, distributed)
    text = state.text("ItemsPath") if state.get("ItemsPath") is not None else "$"
    try:
        find = path_field(text)
    except ExpressionError as error:
        raise state.wrong_expression("ItemsPath", error) from None
    shown = text[1:] if text.startswith("$$") else text  # as AWS prints it

    def items(data: Json, scope: Scope) -> Json:
        value = data if find is None else find(data, scope)
        if not isinstance(value, kinds):
            raise runtime_failure(f'Reference path "{shown}" must point to array.')
        return value

    return items


def _jsonata_items(state: Fields, kinds: tuple[type, ...], distributed: Distributed | None) -> Evaluate:
    if "Items" in state:
        from asl_engine.expressions.jsonata import compile_typed, is_expression
        from asl_engine.expressions.jsonata.values import compile_value

        value = state.get("Items")
        try:
            if isinstance(value, str) and is_expression(value):
                return compile_typed(value, "Items", "array" if distributed is None else "array or object")
            return _array_of(compile_value(value, "Items"), kinds)
        except ExpressionError as error:
            raise state.wrong_expression("Items", error) from None

    return _array_of(lambda data, scope: data, kinds)


def _array_of(evaluate: Evaluate, kinds: tuple[type, ...]) -> Evaluate:
    def items(data: Json, scope: Scope) -> Json:
        value = evaluate(data, scope)
        if not isinstance(value, kinds):
            raise Failure(QUERY_EVALUATION_ERROR, f"Map state input must be an array but was: {json_text(value)}")
        return value

    return items


def _distributed(state: Fields, language: QueryLanguage) -> Distributed | None:
    processor = state.get("ItemProcessor", state.get("Iterator"))  # the deprecated spelling may be distributed too
    config = processor.get("ProcessorConfig") if isinstance(processor, dict) else None
    if not isinstance(config, dict) or config.get("Mode") != "DISTRIBUTED":
        return None
    return Distributed(
        execution_type=str(config.get("ExecutionType", "STANDARD")),
        label=state.text_or_none("Label"),
        reader=_reader(state.child("ItemReader"), language) if "ItemReader" in state else None,
        batcher=_batcher(state.child("ItemBatcher"), language) if "ItemBatcher" in state else None,
        writer=_writer(state.child("ResultWriter"), language) if "ResultWriter" in state else None,
    )


def _arguments(owner: Fields, language: QueryLanguage, within: str) -> Evaluate | None:
    return language.template(owner, "Arguments" if isinstance(language, JSONataFields) else "Parameters", within)


def _reader(reader: Fields, language: QueryLanguage) -> Reader:
    config = reader.child("ReaderConfig") if "ReaderConfig" in reader else Fields({}, reader.pointer, reader.source)
    return Reader(
        api=parse_resource(reader.opaque_text("Resource")).api,
        arguments=_arguments(reader, language, "ItemReader/") or (lambda data, scope: {}),
        config=config.values,
        max_items=compile_count(config, language, "MaxItems", prefix="ItemReader/ReaderConfig/"),
        max_items_path=config.text_or_none("MaxItemsPath"),
    )


def _batcher(batcher: Fields, language: QueryLanguage) -> Batcher:
    return Batcher(
        max_items=compile_count(batcher, language, "MaxItemsPerBatch", prefix="ItemBatcher/"),
        max_bytes=compile_count(batcher, language, "MaxInputBytesPerBatch", prefix="ItemBatcher/"),
        batch_input=language.template(batcher, "BatchInput", "ItemBatcher/"),
    )


def _writer(writer: Fields, language: QueryLanguage) -> Writer:
    config = writer.child("WriterConfig").values if "WriterConfig" in writer else {}
    return Writer(_arguments(writer, language, "ResultWriter/") if "Resource" in writer else None, config)
