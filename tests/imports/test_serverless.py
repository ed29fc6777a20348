from pathlib import Path

import pytest

import asl_engine as asl
from asl_engine.imports import definitions_in, read_definition
from asl_engine.values import Pointer

FILES = Path(__file__).parent / "files"
SERVICE = """
    service: shop
    provider: {name: aws, stage: dev}
    custom: %s
    stepFunctions:
      stateMachines:
        m:
          definition:
            value: %s
"""


@pytest.fixture(autouse=True)
def in_files(monkeypatch):
    monkeypatch.chdir(FILES / "serverless")


@pytest.fixture
def valued(folder):
    """The value of an expression in a service."""

    def value(expression, custom="{}", *, placeholders=None):
        folder({"serverless.yml": SERVICE % (custom, expression)})
        return read_definition("serverless.yml", placeholders=placeholders).value["value"]

    return value


def test_a_definition_in_the_service_is_evaluated():
    states = read_definition("serverless.yml#orders").value["States"]
    assert states["Charge"]["Resource"] == "${charge.Arn}"
    assert states["Charge"]["TimeoutSeconds"] == 60
    assert states["Save"]["Parameters"]["TableName"] == "orders-dev"
    assert states["Save"]["Parameters"]["Item"]["account"] == {"S": "123456789012"}


def test_the_environment_is_not_read(monkeypatch):
    monkeypatch.setenv("SECRET", "hunter2")
    assert read_definition("serverless.yml#orders").value["States"]["Save"]["Parameters"]["Item"]["secret"] == {"S": "${env:SECRET}"}


def test_a_source_can_be_given_by_its_own_text():
    source = read_definition("serverless.yml#orders", placeholders={"env:SECRET": "s", "opt:stage": "prod"})
    assert source.value["States"]["Save"]["Parameters"]["Item"]["secret"] == {"S": "s"}
    assert source.value["States"]["Charge"]["TimeoutSeconds"] == 3600


def test_a_definition_in_a_file_of_its_own_keeps_its_places():
    source = read_definition("serverless.yml#refunds")
    assert source.value["States"]["Pause"]["Seconds"] == 3600
    assert source.locate(Pointer("/States/Pause/Nxt"), key=True) == "machines/refunds.yml:7:7"


def test_a_machine_is_named_by_its_key_or_its_name():
    assert read_definition("serverless.yml#orders-dev").value["StartAt"] == "Charge"


@pytest.mark.parametrize(
    ("expression", "custom", "value"),
    [
        ("${self:custom.a}", "{a: 5}", 5),
        ("${self:custom.a}", "{a: {b: [1]}}", {"b": [1]}),
        ("${self:custom.a.0}", "{a: [x]}", "x"),
        ("x-${self:custom.a}-y", "{a: 5}", "x-5-y"),
        ("${self:custom.${self:provider.stage}.a}", "{dev: {a: 1}}", 1),
        ("${self:custom.none, 'fallback'}", "{}", "fallback"),
        ("${self:custom.none, self:custom.a, 9}", "{a: 1}", 1),
        ("${opt:stage, self:provider.stage}", "{}", "dev"),
        ("${opt:stage}", "{}", "${opt:stage}"),
        ("${sls:stage}", "{}", "dev"),
        ("${env:X, true}", "{}", True),
        ("${ssm:/path/x}", "{}", "${ssm:/path/x}"),
        ("${cf:stack.Output}", "{}", "${cf:stack.Output}"),
        ("${aws:accountId}", "{}", "123456789012"),
        ("${param:x}", "{}", "${param:x}"),
        ("${strToBool(true)}", "{}", True),
        ("'${AWS::Region}'", "{}", "${AWS::Region}"),
        ("!Sub '${AWS::Region}-${self:provider.stage}'", "{}", "us-east-1-dev"),
        ("{'Fn::GetAtt': [fn, Arn]}", "{}", "${fn.Arn}"),
    ],
)
def test_a_variable_is_resolved_as_far_as_the_files_allow(valued, expression, custom, value):
    assert valued(expression, custom) == value


@pytest.mark.parametrize(
    ("expression", "custom", "message"),
    [
        ("${self:custom.a}", "{a: '${self:custom.b}', b: '${self:custom.a}'}", "${self:custom.a} depends on itself"),
        ("${file(no.yml)}", "{}", "There is no file no.yml"),
        ("${file(serverless.yml)}", "{}", "depends on itself"),
    ],
)
def test_a_variable_that_cannot_be_resolved_is_told_with_its_place(valued, expression, custom, message):
    with pytest.raises(asl.DefinitionError, match=r"serverless\.yml:\d+:\d+: ASL009") as refused:
        valued(expression, custom)
    assert message in str(refused.value)


def test_code_is_not_run(folder):
    folder({"serverless.yml": SERVICE % ("{}", "${file(machine.js):definition}"), "machine.js": "module.exports = {}\n"})
    assert read_definition("serverless.yml").value == {"value": "${file(machine.js):definition}"}
    assert definitions_in("serverless.yml")[0].notes == ("serverless.yml:8:16: machine.js is code, which is not run",)


def test_the_machines_can_be_in_a_file_of_their_own(folder):
    folder(
        {
            "serverless.yml": "service: shop\nstepFunctions:\n  stateMachines: ${file(machines.yml)}\n",
            "machines.yml": "m:\n  definition: {StartAt: A}\n",
        }
    )
    assert read_definition("serverless.yml#m").locate(Pointer("/StartAt")) == "machines.yml:2:25"


def test_braces_inside_braces_take_no_time(valued):
    """Thousands of them took minutes when each looked for its end."""
    text = "${" * 20_000 + "}" * 20_000
    assert valued(f'"{text}"') == text
