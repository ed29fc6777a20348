from asl_engine.views.transitions import means, transitions
from asl_engine.views.visits import every_visit


def test_every_state_is_entered_from_the_one_before_or_from_the_start(order):
    assert [str(step) for step in transitions(every_visit(order({"ok": True})))] == ["start -> Lookup", "Lookup -> Charge", "Charge -> Large", "Large -> Done"]


def test_each_iteration_starts_anew(fan):
    found = transitions(every_visit(fan))
    assert [(step.container, str(step)) for step in found][1:] == [
        ("Fan[0]", "start -> First"),
        ("Fan[0]", "First -> Second"),
        ("Fan[1]", "start -> First"),
        ("Fan[1]", "First -> Second"),
    ]


def test_spaces_around_the_arrow_do_not_matter(fan):
    second = transitions(every_visit(fan))[2]
    assert means("First->Second", second)
    assert means(" First  ->  Second ", second)
    assert not means("Second -> First", second)
