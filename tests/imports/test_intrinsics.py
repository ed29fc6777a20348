import pytest

import asl_engine as asl
from asl_engine.errors import DefinitionError
from asl_engine.imports import intrinsics

PARAMETERS = """
    Parameters:
      Text: {Type: String, Default: hello}
      Many: {Type: Number, Default: "7"}
      List: {Type: CommaDelimitedList, Default: "a, b"}
      Open: {Type: String}
      OpenNumber: {Type: Number}
      Stored: {Type: "AWS::SSM::Parameter::Value<String>", Default: /path}
    Mappings:
      Map: {first: {second: found}}
    Conditions:
      Yes_: !Equals [a, a]
      No_: !Not [!Condition Yes_]
      Both: !And [!Condition Yes_, !Condition No_]
      Either: !Or [!Condition Yes_, !Equals [!Ref Open, x]]
      Unsure: !Equals [!Ref Open, x]
"""


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("!Ref Text", "hello"),
        ("!Ref Many", 7),
        ("!Ref List", ["a", "b"]),
        ("!Ref Open", "${Open}"),
        ("!Ref OpenNumber", "${OpenNumber}"),
        ("!Ref Stored", "${Stored}"),
        ("!Ref Fn", "${Fn}"),
        ("!Ref AWS::Region", "us-east-1"),
        ("!Ref AWS::AccountId", "123456789012"),
        ("!Ref AWS::StackName", "${AWS::StackName}"),
        ("!Ref AWS::NoValue", "nothing"),
        ("!GetAtt Fn.Arn", "${Fn.Arn}"),
        ("!GetAtt [Fn, Arn]", "${Fn.Arn}"),
        ("{'Fn::GetAtt': [Fn, Arn]}", "${Fn.Arn}"),
        ("!Sub '${Text}-${Many}-${Fn.Arn}-${!Text}'", "hello-7-${Fn.Arn}-${Text}"),
        ("!Sub ['${A} ${Text}', {A: !Ref Many}]", "7 hello"),
        ("!Join [':', [a, !Ref Text, !Ref Many]]", "a:hello:7"),
        ("!Join [',', !Ref List]", "a,b"),
        ("!Split ['l', !Ref Text]", ["he", "", "o"]),
        ("!Select [1, [a, b]]", "b"),
        ("!Select ['0', !Ref List]", "a"),
        ("!FindInMap [Map, first, second]", "found"),
        ("!FindInMap [Map, first, none, {DefaultValue: d}]", "d"),
        ("!FindInMap [Map, !Ref Open, second]", "${Fn::FindInMap Map.Open.second}"),
        ("!If [Yes_, 1, 2]", 1),
        ("!If [No_, 1, 2]", 2),
        ("!If [Both, 1, 2]", 2),
        ("!If [Either, 1, 2]", 1),
        ("!If [No_, 1, !Ref AWS::NoValue]", "nothing"),
        ("!If [Unsure, a, b]", "${Fn::If Unsure}"),
        ("!If [Unsure, {a: 1}, {a: 2}]", {"a": 1}),
        ("!ImportValue shared-topic", "${Fn::ImportValue shared-topic}"),
        ("!Base64 hello", "aGVsbG8="),
        ("{'Fn::Length': [a, b]}", 2),
        ("{'Fn::ToJsonString': {a: 1}}", '{"a":1}'),
        ("{'Fn::Transform': {Name: 'AWS::Include'}}", "${Fn::Transform}"),
        ("{a: 1, Ref: 2}", {"a": 1, "Ref": 2}),
    ],
)
def test_a_function_is_evaluated_as_far_as_the_template_allows(resolved, expression, value):
    assert resolved(expression, PARAMETERS) == value


@pytest.mark.parametrize(
    ("expression", "given", "value"),
    [
        ("!Ref Text", {"Text": "given"}, "given"),
        ("!Ref Fn", {"Fn": "charge"}, "charge"),
        ("!GetAtt Fn.Arn", {"Fn.Arn": "arn:x"}, "arn:x"),
        ("!Sub '${Fn.Arn}/${AWS::Region}'", {"Fn.Arn": "arn:x", "AWS::Region": "eu-west-1"}, "arn:x/eu-west-1"),
        ("!If [Unsure, a, b]", {"Unsure": False}, "b"),
        ("!If [Unsure, a, b]", {"Open": "x"}, "a"),
        ("!ImportValue shared-topic", {"Fn::ImportValue shared-topic": "arn:t"}, "arn:t"),
    ],
)
def test_what_is_given_wins_by_the_name_of_the_placeholder(resolved, expression, given, value):
    assert resolved(expression, PARAMETERS, placeholders=given) == value


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("!Join [a]", "Fn::Join takes a list of 2 values"),
        ("!Sub [a]", "Fn::Sub takes a list of 2 values"),
        ("!Sub {a: 1}", "Fn::Sub takes a string"),
        ("!Select [5, [a]]", "Fn::Select 5 is beyond a list of 1"),
        ("!If [Nope, 1, 2]", "The template declares no condition Nope"),
        ("!If [Yess_, 1, 2]", "did you mean Yes_?"),
        ("!FindInMap [Map, no, second]", "The mappings have no Map.no.second"),
        ("!Ref [a]", "Ref takes the name of a parameter or a resource"),
    ],
)
def test_a_function_used_wrongly_is_told_at_its_place(resolved, expression, message):
    with pytest.raises(asl.DefinitionError, match=r"template\.yaml:6:") as refused:
        resolved(expression, PARAMETERS)
    assert message in str(refused.value)


def test_conditions_that_depend_on_each_other_are_told(resolved):
    with pytest.raises(asl.DefinitionError, match="The condition A depends on itself"):
        resolved("!If [A, 1, 2]", "Conditions:\n  A: !Not [!Condition B]\n  B: !Not [!Condition A]\n")


def test_conditions_of_conditions_are_decided_once(resolved):
    chain = "\n".join(f"  C{index}: !And [{{Condition: C{index + 1}}}, {{Condition: C{index + 1}}}]" for index in range(50))
    assert resolved("!If [C0, 1, 2]", f"Conditions:\n{chain}\n  C50: !Equals [a, b]\n") == 2


def test_steps_have_a_limit(resolved, monkeypatch):
    monkeypatch.setattr(intrinsics, "MAX_STEPS", 20)
    with pytest.raises(DefinitionError, match="more than 20 steps"):
        resolved(str([1] * 30))
