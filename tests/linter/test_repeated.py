"""What AWS and a rule both say is said once."""

import asl_engine as asl

UNSET = {
    "StartAt": "A",
    "States": {
        "A": {"Type": "Choice", "Choices": [{"Variable": "$.x", "IsPresent": True, "Next": "Set"}], "Default": "Use"},
        "Set": {"Type": "Pass", "Assign": {"v": 1}, "Next": "Use"},
        "Use": {"Type": "Pass", "Parameters": {"a.$": "$v", "b.$": "$w"}, "End": True},
    },
}


def codes(**selected):
    return [each.code for each in asl.check(UNSET, **selected)]


def test_a_variable_that_may_not_be_set_is_told_by_the_rule_that_names_the_way():
    assert codes() == ["ASL502", "ASL501"]


def test_it_is_told_in_awss_words_where_the_rule_is_not_asked():
    assert codes(ignore=["ASL5"]) == ["ASL206", "ASL206"]
    assert codes(select=["ASL206"]) == ["ASL206", "ASL206"]
