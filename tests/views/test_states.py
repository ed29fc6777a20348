import pytest

PAID = {"ok": True}


@pytest.mark.parametrize(
    "said",
    [
        {"input": {"tier": {"name": "gold"}}},
        {"arguments": {"card": {"kind": "visa"}}},
        {"result": {"ok": True}},
        {"output": {"charged": PAID}},
        {"resource": "function:charge"},
        {"attempts": 2, "visits": 1},
        {"caught": False},
        {"next": "Large", "duration": "3s"},
        [{"attempts": 2}],
    ],
)
def test_a_visit_is_as_it_was(order, mismatches, said):
    assert mismatches(order("Card.Throttled", PAID), states={"Charge": said}) == []


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"input": {"tier": {"name": "lead"}}}, ("input", '"lead"', '"gold"')),
        ({"arguments": {"card": {"kind": "amex"}}}, ("arguments", '"amex"', '"visa"')),
        ({"result": {"ok": False}}, ("result", "false", "true")),
        ({"output": {"charged": None}}, ("output", "null", '{"ok":true}')),
        ({"resource": "function:refund"}, ("resource", "function:refund", "arn:aws:lambda:us-east-1:123456789012:function:charge")),
        ({"attempts": 3}, ("attempts", "3", "2 (failed: Card.Throttled)")),
        ({"visits": 2}, ("visits", "2", "1")),
        ({"error": "Card.Throttled"}, ("error", "Card.Throttled", "none")),
        ({"caught": 0}, ("caught", "caught by Catch 0", "not caught")),
        ({"next": "Done"}, ("next", "Done", "Large")),
        ({"duration": "< 1s"}, ("duration", "< 1s", "3s")),
        ({"assigned": {"x": 1}}, ("assigned.x", "1", "not assigned")),
        ([{}, {}], ("", "2", "1")),
        ([{"attempts": 1}], ("0.attempts", "1", "2 (failed: Card.Throttled)")),
    ],
)
def test_a_visit_that_was_otherwise_is_told(order, mismatches, said, expected):
    keys, *rest = expected
    assert mismatches(order("Card.Throttled", PAID), states={"Charge": said}) == [(".".join(filter(None, ("states.Charge", keys))), *rest)]


def test_catchers_are_told_apart(order, mismatches):
    execution = order("Card.Declined")
    assert mismatches(execution, error="Sorry", states={"Charge": {"caught": 1, "error": "Card.Declined", "output": {"Error": "Card.Declined"}}}) == []
    assert mismatches(execution, error="Sorry", states={"Charge": {"caught": 0}}) == [("states.Charge.caught", "caught by Catch 0", "caught by Catch 1")]


def test_choice_rules_are_told_by_number(order, mismatches):
    assert mismatches(order(PAID, amount=200), states={"Large": {"rule": 0}, "Wait": {"assigned": {"slow": {"by": 60}}}}) == []
    assert mismatches(order(PAID), states={"Large": {"rule": "default"}}) == []
    assert mismatches(order(PAID), states={"Large": {"rule": 0}}) == [("states.Large.rule", "0", "default")]


def test_a_state_that_was_never_visited_is_told_with_the_one_that_was_meant(order, mismatches):
    assert mismatches(order(PAID), states={"Chrage": {"attempts": 1}}) == [("states.Chrage", "at least 1", '0 (but "Charge" was visited)')]
    assert mismatches(order(PAID), states={"Refund": {"visits": 0}}) == []


def test_a_state_in_a_map_is_named_at_any_depth_by_iteration_or_for_all(fan, mismatches):
    assert mismatches(fan, states={"Second": {"visits": 2}, "Fan[1]/Second": {"visits": 1, "input": {"n": 2}}, "Fan/Second": {"visits": 2}}) == []
    assert mismatches(fan, states={"Second": [{"arguments": {"MessageBody": 1}}, {"arguments": {"MessageBody": 3}}]}) == [
        ("states.Second.1.arguments", "3", "2")
    ]


def test_of_every_visit_the_first_that_differs_is_told(fan, mismatches):
    assert mismatches(fan, states={"Second": {"input": {"n": 1}}}) == [("states.Second.input", "1", "2")]
