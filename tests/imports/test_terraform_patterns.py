"""Regular expressions in Terraform."""

import pytest

from asl_engine.errors import DefinitionError
from asl_engine.imports import read_definition
from asl_engine.values import Pointer


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        (r'regex("a+", "baaac")', "aaa"),
        (r'regex("^([a-z]+)-(\\d+)$", "ab-12")', ["ab", "12"]),
        (r'regex("(?P<x>[[:alpha:]]+)(?P<y>\\d*)", "ab12")', {"x": "ab", "y": "12"}),
        (r'regex("(a)|(b)", "b")', [None, "b"]),
        (r'regex("[^][]+", "[b]")', "b"),
        (r'regex("(?i)A", "a")', "a"),
        (r'regexall("[^]a]", "b]cad")', ["b", "c", "d"]),
        (r'regexall("", "ab")', ["", "", ""]),
        (r'regexall("x", "ab")', []),
        (r'can(regex("x", "y"))', False),
        (r'can(regex("a$", "a\n"))', False),
        (r'can(regex("(?m)a$", "a\nb"))', True),
        (r'replace("hello-world", "/(\\w+)-(?P<second>\\w+)/", "$${second}-$1")', "world-hello"),
        (r'replace("a.b", "/\\./", "$$")', "a$b"),
        (r'replace("a/b", "/", "-")', "a-b"),
        (r'[for pair in regexall("(\\w)=(\\w)", "a=b c=d") : pair[1]]', ["b", "d"]),
    ],
)
def test_a_pattern_matches_as_terraform_has_it(evaluated, expression, value):
    assert evaluated(expression) == value


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        (r'regex("x", "y")', "The pattern matches nothing in the string"),
        (r'regex("(a)\\1", "aa")', "have no look-around, no conditions and no back-references"),
        (r'regex("a(?=b)", "ab")', "have no look-around, no conditions and no back-references"),
        (r'regex("^(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab")', "Matching this regular expression takes too long"),
        (r'regexall("", join("", [for i in range(6000) : "a"]))', "The pattern matches more than 5,000 times"),
    ],
)
def test_what_cannot_be_matched_is_refused(evaluated, expression, why):
    with pytest.raises(DefinitionError) as refused:
        evaluated(expression)
    assert why in str(refused.value)


@pytest.mark.parametrize("expression", [r'regex("\\pL", "a")', 'regex("a", var.text)', 'regex(var.text, "a")', 'replace("a", "/a/", var.text)'])
def test_what_python_cannot_say_and_what_is_not_known_is_a_placeholder(evaluated, expression):
    assert evaluated(expression, 'variable "text" {}').startswith("${")


def test_what_a_pattern_left_alone_keeps_its_place(folder):
    folder({"main.tf": 'resource "aws_sfn_state_machine" "m" {\n  definition = replace(file("m.json"), "/ARN_(\\\\w+)/", "arn:$1")\n}\n'})
    folder({"m.json": '{"StartAt": "ARN_a",\n "States": {"A": {"Type": "Pass"}}}'})
    source = read_definition("main.tf")
    assert source.value["StartAt"] == "arn:a"
    assert source.locate(Pointer("/States/A")) == "m.json:2:18"
