from asl_engine.views.behaviour import Comparison, Divergence, Kind
from asl_engine.views.behaviour.news import MOST, news

ARGUMENTS = Divergence(Kind.CALL_ARGUMENTS, "Build sends other arguments", "Build")
RETRIES = Divergence(Kind.RETRIES, "Charge is retried", "Charge")
PATH = Divergence(Kind.PATH, "after Check: enters Fail", "Check")
CALL = Divergence(Kind.CALL_ADDED, "calls x in Fail", "Fail")
FAILED = Divergence(Kind.CALL_REMOVED, "Build fails instead of calling x", "Build", {"resource": "x"}, {"error": "E"})


def compared(*divergences):
    return Comparison(divergences[0], divergences[1:])


def told(*comparisons):
    return [(found.all, known) for found, known in news(comparisons)]


def test_what_a_run_shows_that_differs_in_less_is_known():
    assert told(compared(ARGUMENTS), compared(ARGUMENTS, RETRIES)) == [((ARGUMENTS,), ()), ((RETRIES,), (ARGUMENTS,))]


def test_runs_that_differ_in_the_same_show_the_same():
    assert told(compared(ARGUMENTS, RETRIES), compared(ARGUMENTS, RETRIES)) == [((ARGUMENTS, RETRIES), ())] * 2


def test_after_a_known_parting_of_ways_nothing_is_news():
    assert told(compared(PATH), compared(PATH, CALL))[1] == ((PATH, CALL), ())


def test_after_a_known_failure_nothing_is_news():
    assert told(compared(FAILED), compared(FAILED, CALL))[1] == ((FAILED, CALL), ())


def test_a_parting_of_ways_may_be_news():
    assert told(compared(ARGUMENTS), compared(ARGUMENTS, PATH, CALL))[1] == ((PATH, CALL), (ARGUMENTS,))


def test_the_time_the_whole_takes_is_never_news():
    whole = Divergence(Kind.DURATION, "takes 2 s instead of 1 s")
    assert told(compared(ARGUMENTS), compared(ARGUMENTS, whole))[1] == ((ARGUMENTS, whole), ())
    assert told(compared(ARGUMENTS, whole), compared(ARGUMENTS, RETRIES))[1] == ((RETRIES,), (ARGUMENTS,))


def test_a_comparison_without_differences_stays_as_it_is():
    assert news([Comparison(), compared(ARGUMENTS)]) == [(Comparison(), ()), (compared(ARGUMENTS), ())]


def test_of_very_many_each_is_told_as_it_is():
    assert told(compared(ARGUMENTS), *[compared(ARGUMENTS, RETRIES)] * MOST)[1] == ((ARGUMENTS, RETRIES), ())
