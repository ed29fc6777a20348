"""One deterministic loop for everything that takes time: a ready queue and a heap of instants.

Rules: ready fibers run first in, first out; ties in time break by the order of asking; time moves only when no
fiber is ready, and then exactly to the next instant. The same loop serves every clock.
"""

from __future__ import annotations

import heapq
from collections import deque
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from asl_engine.failures import Failure
from asl_engine.history.history import instant, microseconds_of
from asl_engine.interpreter.clock import Clock, VirtualClock
from asl_engine.interpreter.effects import Effect, Fork, Lines
from asl_engine.tasks.runtime import Outcome, TaskCall, TaskRuntime

if TYPE_CHECKING:
    from asl_engine.interpreter.frame import Frame
    from asl_engine.interpreter.workers import Workers


class Owner(Protocol):
    """Whoever is told how a fiber ended."""

    def child_done(self, child: Fiber, value: Any) -> None: ...

    def child_failed(self, child: Fiber, failure: Failure) -> None: ...


class Fiber:
    __slots__ = ("closed", "effect", "frame", "index", "lines", "owner", "turn")

    def __init__(self, lines: Lines, frame: Frame, owner: Owner, index: int) -> None:
        self.lines = lines
        self.frame = frame
        self.owner = owner
        self.index = index
        self.turn = 0
        """Counts resumptions: a timer set in an earlier turn is void."""
        self.closed = False
        self.effect: Effect | None = None

    def end(self) -> None:
        """Its lines are over. Its last effect may hold it: let go, so that nothing is left for the collector."""
        self.closed = True
        self.effect = None

    def close(self) -> None:
        """Cancels the fiber and everything it forked."""
        self.closed = True
        if isinstance(self.effect, Fork):
            self.effect.close()
        self.lines.close()


class Scheduler:
    __slots__ = ("_heap", "_ready", "_sequence", "clock", "now", "perform", "stuck", "tokens", "workers")

    def __init__(self, clock: Clock, workers: Workers | None, runtime: TaskRuntime) -> None:
        self.clock = clock
        self.perform = runtime.perform
        self.workers = workers
        self.now = microseconds_of(clock.now())
        self.tokens: dict[str, Fiber] = {}
        self.stuck: dict[Fiber, str] = {}
        self._ready: deque[tuple[Fiber, Any]] = deque()
        self._heap: list[tuple[int, int, Fiber, int, Any]] = []
        self._sequence = 0

    def spawn(self, lines: Lines, frame: Frame, owner: Owner, index: int) -> Fiber:
        fiber = Fiber(lines, frame, owner, index)
        self._ready.append((fiber, None))
        return fiber

    def resume(self, fiber: Fiber, value: Any) -> None:
        """Makes a waiting fiber ready, once: whatever else would have woken it is void."""
        fiber.turn += 1
        self._ready.append((fiber, value))

    def wake_at(self, when: int, fiber: Fiber, value: Any) -> None:
        # Equal instants resume in the order they were asked for: without the sequence the heap would compare fibers.
        self._sequence += 1
        heapq.heappush(self._heap, (when, self._sequence, fiber, fiber.turn, value))

    def perform_elsewhere(self, call: TaskCall, fiber: Fiber) -> None:
        assert self.workers is not None
        self.workers.submit(call, (fiber, fiber.turn))

    def deliver(self, token: str, outcome: Outcome) -> bool:
        """Answers a waiting token. False: nobody waits for it (any more)."""
        fiber = self.tokens.pop(token, None)
        if fiber is None or fiber.closed:
            return False
        self.resume(fiber, outcome)
        return True

    def run_ready(self) -> None:
        """Runs until nothing is ready."""
        ready = self._ready
        while ready:
            fiber, value = ready.popleft()
            if fiber.closed:
                continue
            if self.stuck:
                self.stuck.pop(fiber, None)
            try:
                effect = fiber.lines.send(value)
            except StopIteration as stop:
                fiber.end()
                fiber.owner.child_done(fiber, stop.value)
            except Failure as failure:
                fiber.end()
                fiber.owner.child_failed(fiber, failure)
            else:
                fiber.effect = effect
                effect.begin(self, fiber)

    def next_instant(self) -> int | None:
        """When the next timer is due; None when there is none."""
        heap = self._heap
        while heap and (heap[0][2].closed or heap[0][2].turn != heap[0][3]):
            heapq.heappop(heap)
        return heap[0][0] if heap else None

    def let_pass(self, until: int | None) -> None:
        """Lets time pass until the next timer, `until`, or a worker's answer, and makes ready what is due."""
        due = self.next_instant()
        when = due if until is None else until if due is None else min(due, until)
        target: datetime | None = None if when is None else instant(when)
        self.clock.wait_until(target)
        if when is not None and type(self.clock) is VirtualClock:
            self.now = max(self.now, when)
        else:
            self.now = max(self.now, microseconds_of(self.clock.now()))
        if self.workers is not None:
            for (fiber, turn), outcome in self.workers.finished():
                if not fiber.closed and fiber.turn == turn:
                    self.resume(fiber, outcome)
        heap = self._heap
        while heap and heap[0][0] <= self.now:
            _, _, fiber, turn, value = heapq.heappop(heap)
            if not fiber.closed and fiber.turn == turn:
                self.resume(fiber, value)

    @property
    def has_ready(self) -> bool:
        return bool(self._ready)

    @property
    def busy_elsewhere(self) -> bool:
        return self.workers is not None and self.workers.busy
