"""A Map in DISTRIBUTED mode: a Map Run of child executions, each with a history of its own.

Source: developer guide, "Using Map state in Distributed mode"; events as recorded. S3 is read and written through
the task runtime, as calls of arn:aws:states:::s3:getObject, :listObjectsV2 and :putObject.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from asl_engine.chance import Chance, derived
from asl_engine.expressions import Evaluate
from asl_engine.failures import EXCEED_TOLERATED_FAILURE_THRESHOLD, ITEM_READER_FAILED, RESULT_WRITER_FAILED, Failure, runtime_failure
from asl_engine.history.execution import Execution, Status
from asl_engine.history.history import instant
from asl_engine.interpreter.child import child_frame, run_child
from asl_engine.interpreter.effects import Fork, Lines, Perform, Sleep
from asl_engine.interpreter.frame import Frame, Settled
from asl_engine.interpreter.item_batcher import batches
from asl_engine.interpreter.item_reader import Item, ReaderConfig, S3Call, read_items
from asl_engine.interpreter.result_writer import ChildRecord, WriterConfig, collect_results, write_results
from asl_engine.interpreter.scheduler import Fiber
from asl_engine.interpreter.task import MICROSECOND, seconds_of
from asl_engine.program import Distributed, Map, State
from asl_engine.tasks.resource import parse_resource
from asl_engine.tasks.runtime import Failed, Outcome, Succeeded, TaskCall, Unanswered
from asl_engine.values import MISSING, Json, json_text

FIVE_MINUTES = 300_000_000
TOLERANCE_EXCEEDED = "The specified tolerated failure threshold was exceeded"


def run_distributed(state: State, body: Map, frame: Frame, effective: Json, items: Any, concurrency: int, tolerated: tuple[int | None, float | None]) -> Lines:
    """One attempt of a Map Run. Returns the state's result; raises `Settled` when the run failed."""
    journal = frame.journal
    distributed = body.distributed
    assert distributed is not None
    uuid = journal.chance.uuid()
    label = distributed.label or journal.chance.uuid()
    prefix, _, machine = journal.identity.state_machine_arn.partition(":stateMachine:")
    map_run_arn = f"{prefix}:mapRun:{machine}/{label}:{uuid}"
    frame.record("MapRunStarted", {"mapRunArn": map_run_arn})
    began = frame.previous
    try:
        dataset = yield from _dataset(state, distributed, frame, effective, items)
        inputs, weights = _inputs(state, body, distributed, frame, effective, dataset)
        children = journal.children.setdefault(map_run_arn, [])
        failed = yield from _run_children(state, body, distributed, frame, inputs, weights, concurrency, tolerated, f"{machine}/{label}", children)
        if failed:
            raise Settled(EXCEED_TOLERATED_FAILURE_THRESHOLD, TOLERANCE_EXCEEDED)
        result = yield from _result(state, distributed, frame, effective, children, map_run_arn, uuid)
    except Failure as failure:
        frame.previous = began
        settled = frame.settle(failure)
        if settled.error != "States.Runtime":
            frame.record("MapRunFailed", {key: value for key, value in (("error", settled.error), ("cause", settled.cause)) if value is not None})
        raise settled from None
    succeeded = frame.record_beside("MapRunSucceeded", began)
    frame.beside = frame.record_beside("MapStateSucceeded", succeeded)
    frame.previous = began
    return result


def _dataset(state: State, distributed: Distributed, frame: Frame, effective: Json, items: Any) -> Generator[Any, Any, list[Item]]:
    """The items: from the state's input, or read through ItemReader."""
    reader = distributed.reader
    if reader is None:
        if isinstance(items, dict):
            return [Item({"Key": key, "Value": value}, key=key) for key, value in items.items()]
        return [Item(value) for value in items]
    arguments = _arguments(reader.arguments, effective, frame)
    most = seconds_of(reader.max_items, effective, frame) or 0
    reading = read_items(reader.api, arguments, ReaderConfig.of(reader.config), most)
    read: list[Item] = yield from _through_s3(state, frame, reading, ITEM_READER_FAILED)
    return read


def _arguments(evaluate: Evaluate, effective: Json, frame: Frame) -> dict[str, Json]:
    value = evaluate(effective, frame)
    if not isinstance(value, dict):
        raise runtime_failure(f"The Parameters '{json_text(value)}' could not be used to start the Task: [The value must be an object]")
    return value


def _inputs(state: State, body: Map, distributed: Distributed, frame: Frame, effective: Json, dataset: list[Item]) -> tuple[list[Json], list[int]]:
    """What each child gets, and how many items that is: ItemSelector per item, then ItemBatcher."""
    values = [item.value for item in dataset]
    if body.selector is not None:
        values = [_selected(body, frame, effective, index, item) for index, item in enumerate(dataset)]
    batcher = distributed.batcher
    if batcher is None:
        return values, [1] * len(values)
    batch_input: Any = MISSING if batcher.batch_input is None else batcher.batch_input(effective, frame)
    batched: list[Any] = batches(
        values,
        max_items=seconds_of(batcher.max_items, effective, frame),
        max_bytes=seconds_of(batcher.max_bytes, effective, frame),
        batch_input=batch_input,
    )
    return batched, [len(batch["Items"]) for batch in batched]


def _selected(body: Map, frame: Frame, effective: Json, index: int, item: Item) -> Json:
    outer = frame.item
    entry: dict[str, Json] = {"Index": index, "Value": item.value if item.key is None else item.value["Value"], "Source": item.source}  # type: ignore[index,call-overload]
    if item.key is not None:
        entry["Key"] = item.key
    frame.item = entry
    frame.forget_context()
    try:
        assert body.selector is not None
        return body.selector(effective, frame)
    finally:
        frame.item = outer
        frame.forget_context()


def _run_children(
    state: State,
    body: Map,
    distributed: Distributed,
    frame: Frame,
    inputs: list[Json],
    weights: list[int],
    concurrency: int,
    tolerated: tuple[int | None, float | None],
    label: str,
    children: list[Execution],
) -> Generator[Any, Any, bool]:
    """Runs all children. Returns whether more items failed than are tolerated."""
    total = sum(weights)
    failed = 0
    guards: dict[int, Fiber] = {}
    most = frame.journal.limits.distributed_map_concurrency or len(inputs)

    def open(index: int, previous: int) -> tuple[Frame, Lines]:
        chance = Chance(derived(frame.chance.seed, f"{label}/{frame.entered_id}/{frame.retry_count}/{index}"))
        inner, execution = child_frame(frame, state.name, label, distributed.execution_type, index, inputs[index], chance)
        children.append(execution)
        if distributed.execution_type == "EXPRESS":
            guards[index] = frame.scheduler.spawn(_five_minutes(inner), inner, _Guard(fork, index, inner, execution), index)
        return inner, run_child(body.processor, inner, inputs[index], execution, frame.journal)

    def accept(index: int, execution: Execution) -> bool:
        nonlocal failed
        if index in guards:
            guards[index].close()
        if execution.status is not Status.SUCCEEDED:
            failed += weights[index]
        return not _exceeds(failed, total, tolerated)

    fork = Fork(open, len(inputs), min(concurrency or most, most), frame.previous, accept=accept)
    try:
        yield fork
    finally:
        # The run may also be closed from outside: by a failing sibling, or with the whole execution.
        for index, fiber in fork.stopped:
            if index in guards:
                guards[index].close()
            fiber.frame.journal.ceiling += 1
            fiber.frame.record_beside("ExecutionAborted", 0)
        for execution in children:
            if execution.status is Status.RUNNING:
                execution.status = Status.ABORTED
    return _exceeds(failed, total, tolerated)


def _exceeds(failed: int, total: int, tolerated: tuple[int | None, float | None]) -> bool:
    """More failures than either tolerance that is given; none given tolerates none."""
    count, percentage = tolerated
    if count is None and percentage is None:
        return failed > 0
    return (count is not None and failed > count) or (percentage is not None and failed * 100 > percentage * total)


def _five_minutes(frame: Frame) -> Lines:
    yield Sleep(frame.scheduler.now + FIVE_MINUTES)


class _Guard:
    """Ends an Express child that runs longer than Express executions may."""

    __slots__ = ("_execution", "_fork", "_frame", "_index")

    def __init__(self, fork: Fork, index: int, frame: Frame, execution: Execution) -> None:
        self._fork = fork
        self._index = index
        self._frame = frame
        self._execution = execution

    def child_done(self, child: Any, value: Any) -> None:
        running = self._fork.active.get(self._index)
        if running is not None:
            running.close()
            self._frame.journal.ceiling += 1
            self._frame.record_beside("ExecutionTimedOut", 0, {"error": "States.Timeout"})
            self._execution.status = Status.TIMED_OUT
            self._fork.child_done(running, self._execution)

    def child_failed(self, child: Any, failure: Failure) -> None:
        raise failure


def _result(
    state: State, distributed: Distributed, frame: Frame, effective: Json, children: list[Execution], map_run_arn: str, uuid: str
) -> Generator[Any, Any, Json]:
    """The state's result: the children's outputs, or where ResultWriter put them."""
    records = [_record_of(execution) for execution in children]
    writer = distributed.writer
    config = WriterConfig.of(writer.config if writer is not None else {})
    if writer is None or writer.arguments is None:
        return collect_results(records, config)
    arguments = _arguments(writer.arguments, effective, frame)
    writing = write_results(str(arguments.get("Bucket")), str(arguments.get("Prefix", "")), config, records, map_run_arn, uuid)
    written: Json = yield from _through_s3(state, frame, writing, RESULT_WRITER_FAILED)
    return written


def _record_of(execution: Execution) -> ChildRecord:
    records = execution.history.records
    return ChildRecord(
        execution_arn=execution.arn,
        name=execution.name,
        input=records[0][4]["input"],
        output=execution.output,
        status=execution.status.value,
        error=execution.error,
        cause=execution.cause,
        start=instant(records[0][2]),
        stop=instant(records[-1][2]),
        state_machine_arn=execution.history.state_machine_arn,
        redrive_count=0,
    )


def _through_s3(state: State, frame: Frame, asking: Generator[S3Call, Any, Any], error: str) -> Generator[Any, Any, Any]:
    """Answers a reader's or writer's S3 calls through the task runtime; a failed call fails the Map Run under `error`."""
    scheduler = frame.scheduler
    answer: Any = None
    while True:
        try:
            request = asking.send(answer)
        except StopIteration as done:
            return done.value
        call = TaskCall(
            resource=parse_resource(f"arn:aws:states:::s3:{request.api}"),
            arguments=request.arguments,
            state_name=state.name,
            container=frame.path,
            attempt=frame.retry_count,
            at=instant(scheduler.now),
            token=None,
            context=frame.context,
        )
        outcome: Outcome = scheduler.perform(call) if scheduler.workers is None else (yield Perform(call, None))
        match outcome:
            case Succeeded():
                if outcome.after > MICROSECOND:
                    yield Sleep(scheduler.now + outcome.after // MICROSECOND)
                answer = outcome.output
            case Failed():
                raise Settled(error, outcome.cause if outcome.cause is not None else outcome.error)
            case Unanswered():
                raise Settled(error, f"{request.api} was never answered")
