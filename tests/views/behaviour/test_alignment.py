from datetime import UTC, datetime, timedelta

from asl_engine.views.behaviour.alignment import aligned, owner_of
from asl_engine.views.visits import Visit

START = datetime(2026, 1, 1, tzinfo=UTC)


def visits(*paths, type="Task"):
    """ "Fan[0]/Pay" stands in the container "Fan[0]"; a name in capitals is a Parallel. A pair is (container, name)."""
    found = []
    for at, path in enumerate(paths):
        container, name = path if isinstance(path, tuple) else path.rpartition("/")[::2]
        visit = Visit(name, "Parallel" if name.isupper() else type, timedelta(seconds=at))
        visit.container = container
        found.append(visit)
    return found


def align(old, new, renamed=None):
    return aligned(visits(*old), visits(*new), renamed or {}, (START, START))


def paths(pairs):
    return [(old.path, new.path) for old, new in pairs]


def test_what_both_did_is_paired_and_what_one_did_is_a_gap():
    found = align(["a", "b", "d"], ["a", "c", "d"])
    assert paths(found.pairs) == [("a", "a"), ("d", "d")]
    (gap,) = found.gaps
    assert ([visit.name for visit in gap.old], [visit.name for visit in gap.new]) == (["b"], ["c"])
    assert [visit.name for visit in gap.before] == ["a", "a"]
    assert [visit.name for visit in gap.then] == ["d", "d"]


def test_a_gap_at_the_end_has_nothing_after_it():
    (gap,) = align(["a", "b"], ["a"]).gaps
    assert gap.then is None


def test_the_first_turns_of_a_loop_are_paired():
    found = align(["w", "g", "w", "g", "z"], ["w", "g", "w", "g", "w", "g", "z"])
    assert [visit.name for visit in found.gaps[0].new] == ["w", "g"]
    assert paths(found.pairs)[-1] == ("z", "z")
    assert found.gaps[0].before[1].entered == timedelta(seconds=3)


def test_names_are_seen_through_a_rename():
    assert paths(align(["a", "old"], ["a", "new"], {"old": "new"}).pairs) == [("a", "a"), ("old", "new")]


def test_containers_follow_the_rename_of_their_state():
    found = align(["OLD", "OLD[0]/a"], ["NEW", "NEW[0]/a"], {"OLD": "NEW"})
    assert paths(found.pairs) == [("OLD", "NEW"), ("OLD[0]/a", "NEW[0]/a")]


def test_branches_are_paired_by_the_state_they_begin_with():
    found = align(["F", "F[0]/a", "F[1]/b"], ["F", "F[0]/b", "F[1]/a"])
    assert sorted(paths(found.pairs)) == [("F", "F"), ("F[0]/a", "F[1]/a"), ("F[1]/b", "F[0]/b")]


def test_branches_that_begin_alike_keep_their_number():
    found = align(["F", "F[0]/a", "F[1]/a"], ["F", "F[0]/a", "F[1]/a"])
    assert ("F[1]/a", "F[1]/a") in paths(found.pairs)


def test_a_branch_only_one_side_has_stands_alone_with_its_owner():
    found = align(["F", "F[0]/a"], ["F", "F[0]/a", "F[1]/b"])
    (only,) = found.alone
    assert (only.container, only.old, only.owner[1].name) == ("F[1]", False, "F")


def test_what_stands_elsewhere_on_the_other_side_is_paired_last():
    found = align(["a", "b"], ["b", "a"])
    assert sorted(paths([*found.pairs, *found.moved])) == [("a", "a"), ("b", "b")]


def test_names_may_hold_brackets_and_slashes():
    told = [("", "A/B[1]"), ("A/B[1][0]", "x")]
    assert owner_of("A/B[1][0]") == ("A/B[1]", 0)
    assert paths(align(told, told).pairs) == [("A/B[1]", "A/B[1]"), ("A/B[1][0]/x", "A/B[1][0]/x")]


def test_two_long_loops_that_have_nothing_in_common_are_one_gap():
    found = align(["a", *["b"] * 3000], ["a", *["c"] * 3000])
    assert len(found.gaps) == 1
