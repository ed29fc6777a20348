"""Fn::ForEach in CloudFormation templates."""

import pytest

from asl_engine.errors import DefinitionError
from asl_engine.imports import definitions_in, loops, read_definition
from asl_engine.values import Pointer

MACHINES = """
    Transform: AWS::LanguageExtensions
    Parameters:
      Regions: {Type: CommaDelimitedList, Default: "eu, us"}
    Resources:
      Fn::ForEach::Flows:
        - Region
        - !Ref Regions
        - "Flow${Region}":
            Type: AWS::StepFunctions::StateMachine
            Properties:
              StateMachineName: !Sub "flow-${Region}"
              Definition:
                StartAt: A
                States:
                  A:
                    Type: Pass
                    Comment: !Ref Region
                    Result: !GetAtt "Table${Region}.Arn"
                    End: true
          "Table${Region}": {Type: AWS::DynamoDB::Table}
"""


def test_a_loop_makes_a_machine_of_each_value(folder):
    folder({"template.yaml": MACHINES})
    assert [each.reference for each in definitions_in("template.yaml")] == ["template.yaml#Floweu", "template.yaml#Flowus"]


def test_the_name_of_a_loop_is_replaced_in_all_that_is_repeated(folder):
    folder({"template.yaml": MACHINES})
    source = read_definition("template.yaml#flow-us")
    assert (source.value["States"]["A"]["Comment"], source.value["States"]["A"]["Result"]) == ("us", "${Tableus.Arn}")
    assert source.assumed == ()


def test_places_are_those_of_what_is_repeated(folder):
    folder({"template.yaml": MACHINES})
    assert read_definition("template.yaml#Flowus").locate(Pointer("/States/A/Type")) == "template.yaml:16:23"


def test_given_values_win(folder):
    folder({"template.yaml": MACHINES})
    assert read_definition("template.yaml#Flowap", placeholders={"Regions": ["ap"]}).value["States"]["A"]["Comment"] == "ap"


@pytest.fixture
def unrolled(folder):
    """The States of a definition whose States are this YAML."""

    def value(states, parameters="{}"):
        text = "Transform: AWS::LanguageExtensions\nParameters: " + parameters
        text += "\nResources:\n  M:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      Definition:\n        States: " + states + "\n"
        folder({"template.yaml": text})
        return read_definition("template.yaml#M")

    return value


def test_loops_may_stand_inside_each_other_and_in_a_definition(unrolled):
    states = '{"Fn::ForEach::A": [x, [1, 2], {"Fn::ForEach::B": [y, [a], {"S${x}${y}": "${x}-${y}-${z}"}]}], T: t}'
    assert unrolled(states).value["States"] == {"S1a": "1-a-${z}", "S2a": "2-a-${z}", "T": "t"}


def test_an_ampersand_leaves_out_what_no_name_may_have(unrolled):
    assert unrolled('{"Fn::ForEach::A": [x, ["10.0.0.1"], {"S&{x}": "${x}"}]}').value["States"] == {"S10001": "10.0.0.1"}


def test_what_is_not_known_is_taken_as_empty_and_told(unrolled):
    found = unrolled('{"Fn::ForEach::A": [x, !Ref Open, {"S${x}": 1}]}', "{Open: {Type: CommaDelimitedList}}")
    assert found.value["States"] == {}
    assert found.assumed[0].message == "Fn::ForEach::A runs over what is not known; it is taken as empty"


@pytest.mark.parametrize(
    ("states", "why"),
    [
        ('{"Fn::ForEach::A": [x, [1]]}', "takes a list: a name, a list of values, and what to repeat"),
        ('{"Fn::ForEach::A": [x, [{a: 1}], {"S${x}": 1}]}', "A loop runs over strings"),
    ],
)
def test_a_loop_that_is_none_is_refused(unrolled, states, why):
    with pytest.raises(DefinitionError) as refused:
        unrolled(states)
    assert why in str(refused.value)


def test_loops_have_a_limit(unrolled, monkeypatch):
    monkeypatch.setattr(loops, "MAX_NODES", 50)
    with pytest.raises(DefinitionError) as refused:
        unrolled('{"Fn::ForEach::A": [x, [1, 2, 3, 4, 5, 6, 7, 8], {"Fn::ForEach::B": [y, [1, 2, 3, 4, 5, 6, 7, 8], {"${x}${y}": 1}]}]}')
    assert "The template's loops make more than 50 values" in str(refused.value)
