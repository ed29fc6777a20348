"""All a line of control may ask of the scheduler: `Sleep`, `Perform`, `Await`, `Fork`.

A state's work is a generator, a fiber, that yields one of these and is sent the answer. Recording an event is a
plain call and no effect.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, TypeAlias

from asl_engine.failures import Failure
from asl_engine.tasks.runtime import TaskCall

if TYPE_CHECKING:
    from asl_engine.interpreter.frame import Frame
    from asl_engine.interpreter.scheduler import Fiber, Scheduler


class Sleep:
    """Resume at an instant (microseconds since 1970)."""

    __slots__ = ("until",)

    def __init__(self, until: int) -> None:
        self.until = until

    def begin(self, scheduler: Scheduler, fiber: Fiber) -> None:
        scheduler.wake_at(self.until, fiber, None)


class Perform:
    """Ask the task runtime off the loop, for clocks that really wait. Answer: its Outcome, or None at the deadline."""

    __slots__ = ("call", "deadline")

    def __init__(self, call: TaskCall, deadline: int | None) -> None:
        self.call = call
        self.deadline = deadline

    def begin(self, scheduler: Scheduler, fiber: Fiber) -> None:
        scheduler.perform_elsewhere(self.call, fiber)
        if self.deadline is not None:
            scheduler.wake_at(self.deadline, fiber, None)


class Await:
    """Wait for somebody to answer `token`. Answer: the Outcome delivered, or None at the deadline."""

    __slots__ = ("deadline", "token", "what")

    def __init__(self, token: str | None, deadline: int | None, what: str) -> None:
        self.token = token
        self.deadline = deadline
        self.what = what

    def begin(self, scheduler: Scheduler, fiber: Fiber) -> None:
        if self.token is not None:
            scheduler.tokens[self.token] = fiber
        scheduler.stuck[fiber] = self.what
        if self.deadline is not None:
            scheduler.wake_at(self.deadline, fiber, None)


class Fork:
    """Run children, at most `limit` at once, starting in index order. Answer: the fork itself.

    `open(index, previous)` makes the child's frame and fiber; `previous` is the event its first one follows. A
    child's failure ends the fork: the others are closed in index order. `accept`, where given, sees each result as it
    comes and says whether to go on.
    """

    __slots__ = (
        "_scheduler",
        "accept",
        "active",
        "count",
        "failed_index",
        "failure",
        "first_previous",
        "frames",
        "last_frame",
        "limit",
        "next_index",
        "open",
        "parent",
        "results",
        "stopped",
    )

    def __init__(
        self,
        open: Callable[[int, int], tuple[Frame, Lines]],
        count: int,
        limit: int,
        previous: int,
        *,
        accept: Callable[[int, Any], bool] | None = None,
    ) -> None:
        self.open = open
        self.count = count
        self.limit = limit
        self.first_previous = previous
        self.accept = accept
        self.results: list[Any] = [None] * count
        self.active: dict[int, Fiber] = {}
        self.next_index = 0
        self.failure: Failure | None = None
        self.failed_index = -1
        self.last_frame: Frame | None = None
        """The frame of the child that finished last, or of the one that failed."""
        self.stopped: list[tuple[int, Fiber]] = []
        """The children that were still open when the fork ended early, in index order."""

    def begin(self, scheduler: Scheduler, fiber: Fiber) -> None:
        self._scheduler = scheduler
        self.parent = fiber
        if self.count == 0:
            scheduler.resume(fiber, self)
            return
        for _ in range(min(self.limit, self.count)):
            self._launch(self.first_previous)

    def _launch(self, previous: int) -> None:
        index = self.next_index
        self.next_index += 1
        frame, lines = self.open(index, previous)
        self.active[index] = self._scheduler.spawn(lines, frame, self, index)

    def child_done(self, child: Fiber, value: Any) -> None:
        del self.active[child.index]
        self.results[child.index] = value
        self.last_frame = child.frame
        if self.accept is not None and not self.accept(child.index, value):
            self._stop()
        elif self.next_index < self.count:
            self._launch(child.frame.previous)
        elif not self.active:
            self._scheduler.resume(self.parent, self)

    def child_failed(self, child: Fiber, failure: Failure) -> None:
        del self.active[child.index]
        self.failure = failure
        self.failed_index = child.index
        self.last_frame = child.frame
        self._stop()

    def _stop(self) -> None:
        self.stopped = sorted(self.active.items())
        for _, fiber in self.stopped:
            fiber.close()
        self.active = {}
        self._scheduler.resume(self.parent, self)

    def close(self) -> None:
        """Ends the fork from outside: its children stay listed, so that their abortion can be told."""
        self.stopped = sorted(self.active.items())
        for _, fiber in self.stopped:
            fiber.close()
        self.active = {}


Effect: TypeAlias = Sleep | Perform | Await | Fork
Lines: TypeAlias = Generator[Effect, Any, Any]
"""A line of control: yields effects, is sent their answers, returns its value, raises `Failure`."""
