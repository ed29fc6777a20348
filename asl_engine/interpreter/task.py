"""The work of a Task state: one attempt, from its arguments to its result. Spec, "Task State".

Outcomes carry their own duration, so timeouts and heartbeats are arithmetic; an outcome due exactly at a deadline
beats it. Each attempt evaluates its fields anew: RetryCount and token are others.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, assert_never

from asl_engine.errors import MockError
from asl_engine.expressions import Evaluate
from asl_engine.failures import DATA_LIMIT_EXCEEDED, TIMEOUT, Failure
from asl_engine.history.history import instant, microseconds_of
from asl_engine.interpreter.effects import Await, Lines, Perform, Sleep
from asl_engine.interpreter.frame import Frame, Settled
from asl_engine.interpreter.task_events import TaskEvents, task_events
from asl_engine.program import Number, State, Task
from asl_engine.tasks.runtime import ZERO, Failed, Outcome, Succeeded, TaskCall, Unanswered
from asl_engine.values import Json

SECOND = 1_000_000
MICROSECOND = timedelta(microseconds=1)
LONGEST_TIMEOUT = 99_999_999
"""Seconds; the largest number the language accepts. A computed one may be larger, and then means no more than this."""


class Pending:
    """An attempt that was begun and is not over: its answer is not due yet, or was not even asked for; or nobody took it yet."""

    __slots__ = ("call", "deadline", "events", "heartbeat", "late", "outcome")

    def __init__(self, call: TaskCall, events: TaskEvents, deadline: int | None, heartbeat: int | None, outcome: Outcome | None, late: bool) -> None:
        self.call = call
        self.events = events
        self.deadline = deadline
        self.heartbeat = heartbeat
        self.outcome = outcome
        self.late = late


def perform_at_once(state: State, body: Task, frame: Frame, data: Json) -> tuple[Json, Json] | None:
    """The whole visit of a Task whose first attempt succeeds without taking time: (output, assigned variables).

    None for every other visit, which `attempt` goes on with: what was begun, or how it failed, waits in the frame.
    """
    try:
        begun = _begin(state, body, frame, data)
        if type(begun) is not Pending:
            frame.token = None
            assigned = None if state.assign is None else state.assign(data, begun, frame)
            if state.select is not None and state.place is not None:
                selected = state.select(data, begun, frame)
                frame.result_bound = frame.journal.sizes.bound(selected, frame.journal.payload_bytes)
                return state.place(data, selected, frame), assigned
            return begun if state.output is None else state.output(data, begun, frame), assigned
        frame.begun = begun
    except Failure as failure:
        frame.begun = failure
    return None


def perform_task(state: State, frame: Frame, data: Json) -> Lines:
    """One attempt. Returns the raw result; raises `Settled`, or what an expression raised."""
    body = state.body
    assert isinstance(body, Task)
    begun, frame.begun = frame.begun, None
    if begun is None:
        begun = _begin(state, body, frame, data)
    if isinstance(begun, Failure):
        raise begun
    if not isinstance(begun, Pending):
        return begun
    if begun.outcome is None:
        begun.outcome = yield Perform(begun.call, begun.deadline)
    return (yield from _settled(begun, frame))


def _begin(state: State, body: Task, frame: Frame, data: Json) -> Any:
    """Evaluates the fields, tells that the task is scheduled, and asks the runtime unless the clock really waits.

    Returns the result of a task that took no time, else a `Pending`.
    """
    resource = body.resource
    if resource.has_token:
        frame.token = frame.chance.uuid()
        frame.forget_context()
    payload = data if state.arguments is None else state.arguments(data, frame)
    timeout = None if body.timeout is None else _bounded(seconds_of(body.timeout, data, frame))
    heartbeat = None if body.heartbeat is None else _bounded(seconds_of(body.heartbeat, data, frame))
    role = None if body.credentials is None else _role(body.credentials, data, frame)
    if payload is not data:
        frame.check_size(payload, state.name)

    events = task_events(resource.arn)
    events.begun(frame, payload, timeout, heartbeat, role)
    scheduler = frame.scheduler
    call = TaskCall(
        resource,
        payload,
        state.name,
        frame.path,
        frame.retry_count,
        instant(scheduler.now),
        frame.token,
        frame.context_maker(),
        None if timeout is None else timedelta(seconds=timeout),
        None if heartbeat is None else timedelta(seconds=heartbeat),
        role,
    )
    outcome, late = None, False
    if scheduler.workers is None:
        outcome = scheduler.perform(call)
        if events.waits_for_worker or outcome.polled is not None:
            late = _taken_late(outcome, call, events, frame)
        if not resource.pattern and not late:
            if type(outcome) is Succeeded and not outcome.after:
                return _accepted(outcome.output, frame, events)
            if type(outcome) is Failed and not outcome.after:
                raise _failed(outcome, frame, events)
    elif events.waits_for_worker:
        events.taken(frame, None)
    return Pending(call, events, None if timeout is None else scheduler.now + timeout * SECOND, heartbeat, outcome, late)


def _taken_late(outcome: Outcome, call: TaskCall, events: TaskEvents, frame: Frame) -> bool:
    """Whether a worker takes an activity's task some time after it was scheduled; if not, it does now."""
    polled = outcome.polled
    if not events.waits_for_worker:
        raise MockError(f'only an activity is polled by workers; the answer to {call.resource} in state "{call.state_path}" says when it is')
    if polled is not None and polled.after != ZERO:
        return True
    events.taken(frame, None if polled is None else polled.worker)
    return False


def _accepted(result: Json, frame: Frame, events: TaskEvents) -> Json:
    """Records the task's success, unless its result is larger than a state may take."""
    limit = frame.journal.payload_bytes
    frame.result_bound = frame.journal.sizes.bound(result, limit)
    if frame.result_bound > limit:
        cause = f"The state/task '{events.culprit}' returned a result with a size exceeding the maximum number of bytes service limit."
        events.failed(frame, DATA_LIMIT_EXCEEDED, cause)
        raise Settled(DATA_LIMIT_EXCEEDED, cause, of_task=True)
    events.succeeded(frame, result)
    return result


def _failed(outcome: Failed, frame: Frame, events: TaskEvents) -> Settled:
    events.failed(frame, outcome.error, outcome.cause)
    return Settled(outcome.error, outcome.cause, of_task=True)


def _settled(pending: Pending, frame: Frame) -> Lines:
    """Waits until the outcome is due. Returns the result; raises `Settled`."""
    outcome, call, events = pending.outcome, pending.call, pending.events
    if outcome is None:
        raise _timed_out(events, frame, heartbeat=False)
    scheduler = frame.scheduler
    began = microseconds_of(call.at)
    if pending.late:
        yield from _awaiting_worker(pending, outcome, frame)
    taken = scheduler.now
    events.submitted(frame, outcome)
    due = None if isinstance(outcome, Unanswered) else max(began + outcome.after // MICROSECOND, scheduler.now)
    limit, missed = _limit(outcome, began, taken, pending.deadline, pending.heartbeat, due)
    if due is not None and (limit is None or due <= limit):
        if due > scheduler.now:
            yield Sleep(due)
    else:
        because = f" ({outcome.because})" if isinstance(outcome, Unanswered) and outcome.because else ""
        answer = yield Await(call.token, limit, f'"{call.state_path}" waits for {call.resource} to be answered, without a timeout{because}')
        if call.token is not None:
            scheduler.tokens.pop(call.token, None)
        if answer is None:
            raise _timed_out(events, frame, heartbeat=missed)
        outcome = answer
    match outcome:
        case Succeeded():
            return _accepted(outcome.output, frame, events)
        case Failed():
            raise _failed(outcome, frame, events)
        case Unanswered():
            raise _timed_out(events, frame, heartbeat=False)
        case _ as never:
            assert_never(never)


def _awaiting_worker(pending: Pending, outcome: Outcome, frame: Frame) -> Lines:
    """Developer guide, "Activities": timeout and heartbeat are counted from when GetActivityTask hands the task out."""
    scheduler, call, polled = frame.scheduler, pending.call, outcome.polled
    if polled is None or polled.after is None:
        yield Await(
            None,
            None,
            f'"{call.state_path}" waits for a worker to poll {call.resource}; its timeouts begin then, only the machine\'s would end this',
        )
        return
    yield Sleep(microseconds_of(call.at) + polled.after // MICROSECOND)
    pending.events.taken(frame, polled.worker)
    pending.deadline = None if call.timeout is None else scheduler.now + call.timeout // MICROSECOND


def _limit(outcome: Outcome, began: int, taken: int, deadline: int | None, heartbeat: int | None, due: int | None) -> tuple[int | None, bool]:
    """When the attempt fails if nothing comes before, and whether a missed heartbeat is the reason. Heartbeats are counted from when it was taken."""
    if heartbeat is None:
        return deadline, False
    interval = heartbeat * SECOND
    last = taken
    for beat in sorted(outcome.heartbeats):
        at = began + beat // MICROSECOND
        if at > last + interval or (due is not None and at >= due):
            break
        last = max(last, at)
    missed = last + interval
    if deadline is not None and deadline <= missed:
        return deadline, False
    return missed, True


def _timed_out(events: TaskEvents, frame: Frame, *, heartbeat: bool) -> Settled:
    """AWS records a missed heartbeat as States.Timeout too; States.HeartbeatTimeout still matches it."""
    events.timed_out(frame)
    return Settled(TIMEOUT, None, of_task=True, heartbeat=heartbeat)


def seconds_of(number: Number, data: Json, frame: Frame) -> int | None:
    """A count or a number of seconds: the literal, or what the expression gives."""
    if number is None or isinstance(number, int):
        return number
    value: Any = number(data, frame)
    return int(value)


def _bounded(seconds: int | None) -> int | None:
    return None if seconds is None else max(0, min(seconds, LONGEST_TIMEOUT))


def _role(evaluate: Evaluate, data: Json, frame: Frame) -> str:
    credentials = evaluate(data, frame)
    role = credentials.get("RoleArn") if isinstance(credentials, dict) else None
    if not isinstance(role, str):
        raise Failure("States.Runtime", "The field 'RoleArn' of Credentials must be a string.")
    return role
