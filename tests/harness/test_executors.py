import os

import pytest

from asl_engine.harness.executors import in_processes, processors, serially


def doubled(number):
    if number == 13:
        raise ValueError("thirteen")
    return number * 2


def here(number):
    return os.getpid()


@pytest.mark.parametrize("execute", [serially, in_processes(1), in_processes(2)])
def test_results_come_in_the_order_of_the_jobs(execute):
    assert list(execute(doubled, range(12))) == [number * 2 for number in range(12)]


def test_other_processes_do_the_work():
    assert os.getpid() not in set(in_processes(2)(here, range(4)))


def test_what_a_job_raises_is_raised():
    with pytest.raises(ValueError, match="thirteen"):
        list(in_processes(2)(doubled, range(20)))


def test_who_stops_early_stops_the_work():
    results = in_processes(2)(doubled, range(12))
    assert next(results) == 0
    results.close()


def test_there_is_a_processor():
    assert processors() >= 1
