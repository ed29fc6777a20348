from pathlib import Path

import pytest

import asl_engine as asl
from asl_engine.imports import definitions_in, read_definition
from asl_engine.values import Pointer

FILES = Path(__file__).parent / "files"
MACHINE = 'resource "aws_sfn_state_machine" "m" {\n  definition = %s\n}\n'
SUCCEED = '{ StartAt = "A", States = { A = { Type = "Succeed" } } }'


@pytest.fixture(autouse=True)
def in_files(monkeypatch):
    monkeypatch.chdir(FILES / "terraform")


def refusal(reference, **options):
    with pytest.raises(asl.DefinitionError) as refused:
        read_definition(reference, **options)
    return str(refused.value)


def test_jsonencode_is_evaluated_with_the_whole_module():
    states = read_definition("main.tf#orders").value["States"]
    assert list(states) == ["Charge", "Notify", "Done"]
    assert states["Charge"]["Resource"] == "${aws_lambda_function.charge.arn}"
    assert states["Notify"]["Parameters"] == {"TopicArn": "${aws_sns_topic.sales.arn}", "Message.$": "$.id", "Subject": "Sale in us-east-1 (1)"}


def test_a_local_in_another_file_keeps_its_place():
    source = read_definition("main.tf#orders")
    assert source.locate(Pointer("/States/Charge/TimeoutSeconds"), key=True) == "variables.tf:29:7"
    assert source.locate(Pointer("/States/Notify/Parameters/TopicArn")) == "main.tf:27:25"


def test_a_heredoc_is_a_template():
    ask = read_definition("main.tf#refunds").value["States"]["Ask"]
    assert ask["TimeoutSeconds"] == "${var.patience}"
    assert ask["Parameters"]["Payload"] == {"token.$": "$$.Task.Token", "price": "${amount}"}


def test_places_in_a_heredoc_are_lines_of_the_file():
    source = read_definition("main.tf#refunds")
    assert source.locate(Pointer("/States/Ask/TimeoutSeconds"), key=True) == "main.tf:53:11"
    assert source.locate(Pointer("/States/Ask/Next")) == "main.tf:58:19"


def test_an_unknown_number_in_a_heredoc_makes_no_finding():
    assert [finding for finding in asl.check("main.tf#refunds") if finding.severity == "ERROR"] == []


def test_a_given_number_is_one_even_if_it_is_written_as_text():
    for given in (90, "90"):
        assert read_definition("main.tf#refunds", placeholders={"var.patience": given}).value["States"]["Ask"]["TimeoutSeconds"] == 90


def test_a_template_file_is_filled_and_keeps_its_places():
    source = read_definition('main.tf#report["beta"]')
    assert source.value["Comment"] == "Reports of beta"
    assert source.value["States"]["Collect"]["Parameters"]["Payload"] == {"mail": "MAIL", "stage": "beta"}
    assert source.locate(Pointer("/States/Collect/Type"), key=True) == "definitions/report.asl.json.tftpl:7:7"


def test_tfvars_win_over_defaults_and_given_values_over_both():
    assert read_definition("main.tf#report[alpha]").value["States"]["Pause"]["Seconds"] == 20
    assert read_definition("main.tf#report[alpha]", placeholders={"var.wait_seconds": 3}).value["States"]["Pause"]["Seconds"] == 3


def test_for_each_makes_a_machine_for_each_element():
    assert [each.name for each in definitions_in("main.tf")] == ["orders", "refunds", 'report["alpha"]', 'report["beta"]']


@pytest.mark.parametrize("name", ["orders", "aws_sfn_state_machine.orders", "shop-test-orders"])
def test_a_machine_is_named_by_label_address_or_its_own_name(name):
    assert read_definition(f"main.tf#{name}").value["StartAt"] == "Charge"


def test_a_folder_is_a_module():
    assert read_definition(f"{FILES / 'terraform'}#orders").value["StartAt"] == "Charge"


def test_count_makes_as_many_as_it_says(folder):
    folder({"main.tf": 'resource "aws_sfn_state_machine" "m" {\n  count = 2\n  definition = jsonencode({ StartAt = "A${count.index}" })\n}\n'})
    assert read_definition("main.tf#m[1]").value == {"StartAt": "A1"}


def test_a_count_that_is_not_known_is_taken_as_one_and_noted(folder):
    folder({"main.tf": 'variable "on" {}\n' + (MACHINE % f"jsonencode({SUCCEED})\n  count = var.on ? 1 : 0")})
    found = definitions_in("main.tf")
    assert [each.start_at for each in found] == ["A"]
    assert found[0].notes == ("main.tf:4:11: the count of m is not known; it is taken as 1",)


def test_variables_have_the_values_of_tfvars_in_terraforms_order(folder):
    folder(
        {
            "main.tf": 'variable "a" { default = "default" }\n' + MACHINE % "jsonencode({ StartAt = var.a })",
            "terraform.tfvars": 'a = "tfvars"\n',
            "b.auto.tfvars": 'a = "auto"\n',
            "other.tfvars": 'a = "other"\n',
        }
    )
    assert read_definition("main.tf").value == {"StartAt": "auto"}


def test_json_syntax_is_read_too(folder):
    folder(
        {
            "main.tf.json": """{"variable": {"name": {"default": "A"}},
                "resource": {"aws_sfn_state_machine": {"m": {"definition": "{\\"StartAt\\": \\"${var.name}\\", \\"X\\": 1}"}}}}"""
        }
    )
    source = read_definition("main.tf.json#m")
    assert source.value == {"StartAt": "A", "X": 1}
    assert (source.locate(Pointer("/X"), key=True) or "").startswith("main.tf.json:2:")


def test_data_sources_every_account_has_are_known(evaluated):
    text = "${data.aws_partition.current.partition}:${data.aws_region.current.name}:${data.aws_caller_identity.me.account_id}"
    assert evaluated(f'"{text}"') == "aws:us-east-1:123456789012"


def test_an_argument_of_a_resource_is_known_and_an_attribute_is_not(evaluated):
    rest = 'resource "aws_sqs_queue" "q" {\n  name = "jobs"\n}\n'
    assert evaluated("[aws_sqs_queue.q.name, aws_sqs_queue.q.arn, aws_sqs_queue.q.url]", rest) == ["jobs", "${aws_sqs_queue.q.arn}", "${aws_sqs_queue.q.url}"]


def test_addresses_with_indexes_name_placeholders(evaluated):
    rest = 'resource "aws_lambda_function" "f" {\n  for_each = toset(["a"])\n}\n'
    assert evaluated('aws_lambda_function.f["a"].arn', rest) == '${aws_lambda_function.f["a"].arn}'
    assert evaluated('aws_lambda_function.f["a"].arn', rest, placeholders={'aws_lambda_function.f["a"].arn': "arn:x"}) == "arn:x"


def test_what_modules_and_data_sources_give_is_not_known(evaluated):
    assert evaluated("[module.queues.arns[0], data.aws_ssm_parameter.p.value]", 'data "aws_ssm_parameter" "p" {\n}\n') == [
        "${module.queues.arns[0]}",
        "${data.aws_ssm_parameter.p.value}",
    ]


def test_the_old_template_file_is_rendered(folder):
    folder(
        {
            "main.tf": 'data "template_file" "d" {\n  template = file("d.tpl")\n  vars = { name = "A" }\n}\n' + MACHINE % "data.template_file.d.rendered",
            "d.tpl": '{"StartAt": "${name}"}',
        }
    )
    assert read_definition("main.tf").value == {"StartAt": "A"}
    assert read_definition("main.tf").locate(Pointer("/StartAt"), key=True) == "d.tpl:1:2"


def test_a_relative_path_is_looked_for_above_the_module_too(folder):
    folder({"iac/modules/m/main.tf": MACHINE % 'file("machines/d.json")', "iac/machines/d.json": '{"StartAt": "A"}'})
    assert read_definition("iac/modules/m").value == {"StartAt": "A"}


def test_a_name_the_module_does_not_declare_is_noted_with_what_was_meant(folder):
    folder({"main.tf": 'variable "stage" {}\n' + MACHINE % 'jsonencode({ StartAt = "${var.stagee}" })'})
    assert definitions_in("main.tf")[0].notes == ("main.tf:3:42: the module declares no variable stagee; did you mean stage?",)


@pytest.mark.parametrize(
    ("definition", "rest", "message"),
    [
        ("local.a", "locals {\n  a = local.b\n  b = local.a\n}\n", "local.a depends on itself: local.a → local.b → local.a"),
        ("var.d", 'variable "d" {}\n', 'The definition is ${var.d}, which is not known before deployment\n  give it a value: {"var.d": …} in --placeholders'),
        ('file("no.json")', "", "There is no file no.json"),
        ('templatefile("rest.tf", { a = 1 })', "# ${nope}\n", 'rest.tf:1:5: ASL009 The template names "nope", which is not among the values it is given'),
        ('"a ${[1]}"', "", "A list or an object cannot stand in a string"),
        ("1 / 0", "", "This divides by zero"),
        ('{}["a"]', "", 'The object has no "a"; it has nothing'),
        ("[1][3]", "", "The list has 1 elements, and none at 3"),
        ("range(1000000)", "", "range makes at most 10,000 elements"),
        ("foo", "", '"foo" is no value'),
        ('tonumber("x")', "", "A number is expected here"),
        ("true ? 1", "", 'A ":" is expected between the two results of a conditional'),
        ("[1", "", "The elements of a list are separated by commas and end with a bracket"),
        ('"a', "", "ends with its line"),
        ("<<EOF\n{}\n", "", "The heredoc has no closing EOF"),
        ('"%{ if true }x"', "", "This if has no endif"),
        ('"%{ endfor }"', "", "This endfor ends nothing"),
        ('"\\q"', "", "A backslash is followed by one of"),
    ],
)
def test_what_cannot_be_evaluated_is_told_with_its_place(terraform, definition, rest, message):
    with pytest.raises(asl.DefinitionError, match=r"(main|rest)\.tf:\d+:\d+: ASL00") as refused:
        terraform(definition, rest)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("rest", "message"),
    [
        ('variable "x" {\n', "The block that begins here has no closing brace"),
        ("a b c\n", "The name of a label is expected"),
        ("locals {\n  a = 1 b = 2\n}\n", "An attribute ends with its line"),
        ('variable "x\n', "no closing quote"),
    ],
)
def test_a_file_of_the_module_that_is_no_hcl_is_told(terraform, rest, message):
    with pytest.raises(asl.DefinitionError) as refused:
        terraform(f"jsonencode({SUCCEED})", rest)
    assert "rest.tf:" in str(refused.value)


def test_growth_has_a_limit(terraform):
    doubling = "".join(f"  l{n + 1} = [local.l{n}, local.l{n}]\n" for n in range(40))
    with pytest.raises(asl.DefinitionError, match="grows to more than 200,000 values"):
        terraform("jsonencode(local.l40)", f"locals {{\n  l0 = [1]\n{doubling}}}\n")


def test_strings_have_a_limit(terraform):
    doubling = "".join(f'  l{n + 1} = "${{local.l{n}}}${{local.l{n}}}"\n' for n in range(40))
    with pytest.raises(asl.DefinitionError, match=r"grows to more than|takes more than 200,000 steps"):
        terraform("local.l40", f'locals {{\n  l0 = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"\n{doubling}}}\n')


def test_nesting_has_a_limit(terraform):
    with pytest.raises(asl.DefinitionError, match="nested more than 100 levels deep"):
        terraform("[" * 10_000)
