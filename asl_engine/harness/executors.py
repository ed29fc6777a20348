"""Where many runs happen: here, one after the other, or in processes. The only home of processes.

Results come in the order of the jobs, as soon as they are there, so that progress can be shown and nothing depends on
who was faster. A consumer that stops early stops the work.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias, TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")
Execute: TypeAlias = Callable[[Callable[[Job], Result], Sequence[Job]], Iterator[Result]]

JOBS_AT_ONCE = 32
"""What a process is handed at a time, at most: talking costs as much as playing a small scenario."""


def serially(function: Callable[[Job], Result], jobs: Sequence[Job]) -> Iterator[Result]:
    for job in jobs:
        yield function(job)


def in_processes(workers: int) -> Callable[[Callable[[Job], Result], Sequence[Job]], Iterator[Result]]:
    """An executor with so many processes. Function, jobs and results must be picklable."""

    def execute(function: Callable[[Job], Result], jobs: Sequence[Job]) -> Iterator[Result]:
        import multiprocessing
        from concurrent.futures import ProcessPoolExecutor

        if workers <= 1 or len(jobs) <= 1:
            yield from serially(function, jobs)
            return
        share = max(1, min(JOBS_AT_ONCE, len(jobs) // (workers * 4)))
        # Never by forking this process: it may have threads (a test runner's, a debugger's), and a lock one holds stays locked in the child.
        way = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
        pool = ProcessPoolExecutor(min(workers, len(jobs)), mp_context=multiprocessing.get_context(way))
        try:
            yield from pool.map(function, jobs, chunksize=share)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    return execute


def processors() -> int:
    """What "auto" means: the processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
