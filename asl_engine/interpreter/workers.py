"""Tasks that block, on clocks that really wait: each call in a thread of its own, its outcome wakes the clock.

Threads never touch the machine: they ask the runtime and put the answer into a queue that the one loop empties.
"""

from __future__ import annotations

import queue
import threading
from typing import Any

from asl_engine.interpreter.clock import ScaledClock
from asl_engine.tasks.runtime import Outcome, TaskCall, TaskRuntime


class Workers:
    __slots__ = ("_answers", "_clock", "_running", "_runtime")

    def __init__(self, runtime: TaskRuntime, clock: ScaledClock) -> None:
        self._runtime = runtime
        self._clock = clock
        self._answers: queue.SimpleQueue[tuple[Any, Outcome | BaseException]] = queue.SimpleQueue()
        self._running = 0

    @property
    def busy(self) -> bool:
        return self._running > 0

    def submit(self, call: TaskCall, ticket: Any) -> None:
        """Starts the call; `finished` will give its ticket back with the outcome."""
        self._running += 1
        threading.Thread(target=self._work, args=(call, ticket), daemon=True).start()

    def _work(self, call: TaskCall, ticket: Any) -> None:
        try:
            answer: Outcome | BaseException = self._runtime.perform(call)
        except BaseException as error:
            answer = error
        self._answers.put((ticket, answer))
        self._clock.wake()

    def finished(self) -> list[tuple[Any, Outcome]]:
        """The outcomes that came since the last time. What a runtime raised is raised here, in the loop's thread."""
        found: list[tuple[Any, Outcome]] = []
        while not self._answers.empty():
            ticket, answer = self._answers.get()
            self._running -= 1
            if isinstance(answer, BaseException):
                raise answer
            found.append((ticket, answer))
        return found
