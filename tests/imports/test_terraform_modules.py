"""Modules that a Terraform module calls."""

import pytest

from asl_engine.errors import DefinitionError
from asl_engine.imports import definitions_in, read_definition
from asl_engine.imports.inventory import inventory
from asl_engine.values import Pointer

ROOT = """
    variable "regions" { default = { eu = 5, us = 7 } }
    resource "aws_lambda_function" "charge" {}
    module "billing" {
      source   = "./modules/billing"
      for_each = var.regions
      arn      = aws_lambda_function.charge.arn
      seconds  = each.value
    }
    resource "aws_sfn_state_machine" "whole" {
      definition = jsonencode({
        StartAt = "A"
        States  = { A = { Type = "Wait", Seconds = module.billing["us"].seconds, Comment = module.billing["eu"].role, End = true } }
      })
    }
"""
BILLING = """
    variable "arn" {}
    variable "seconds" { type = number }
    resource "aws_iam_role" "bill" {}
    resource "aws_sfn_state_machine" "bill" {
      name       = "bill-${var.seconds}"
      definition = templatefile("${path.module}/bill.tpl", { arn = var.arn, seconds = var.seconds, role = aws_iam_role.bill.arn })
    }
    output "seconds" { value = var.seconds + 1 }
    output "role" { value = aws_iam_role.bill.arn }
"""
TEMPLATE = '{"StartAt": "B", "States": {"B": {"Type": "Task", "Resource": "${arn}", "TimeoutSeconds": ${seconds}, "Comment": "${role}", "End": true}}}'
MODULES = {"main.tf": ROOT, "modules/billing/main.tf": BILLING, "modules/billing/bill.tpl": TEMPLATE}
BILL = 'main.tf#module.billing["eu"].aws_sfn_state_machine.bill'


def test_a_machine_of_a_module_is_named_by_its_address_in_the_file_that_calls_it(folder):
    folder(MODULES)
    assert [each.reference for each in definitions_in(".")] == [
        'main.tf#module.billing["eu"].aws_sfn_state_machine.bill',
        'main.tf#module.billing["us"].aws_sfn_state_machine.bill',
        "main.tf#whole",
        "modules/billing/main.tf#bill",
    ]


def test_a_module_by_itself_is_part_of_its_first_call(folder):
    folder(MODULES)
    assert {each.reference: each.part_of for each in definitions_in(".")}["modules/billing/main.tf#bill"] == BILL


def test_arguments_are_the_variables_of_the_module(folder):
    folder(MODULES)
    bill = read_definition(BILL).value["States"]["B"]
    assert (bill["Resource"], bill["TimeoutSeconds"]) == ("${aws_lambda_function.charge.arn}", 5)


@pytest.mark.parametrize("name", ["module.billing[eu].bill", "bill-5"])
def test_a_shorter_name_will_do(folder, name):
    folder(MODULES)
    assert read_definition(f"main.tf#{name}").value["States"]["B"]["TimeoutSeconds"] == 5


def test_what_is_not_known_in_a_module_is_named_by_its_address(folder):
    folder(MODULES)
    name = 'module.billing["eu"].aws_iam_role.bill.arn'
    assert read_definition(BILL).value["States"]["B"]["Comment"] == f"${{{name}}}"
    assert read_definition(BILL, placeholders={name: "arn:role"}).value["States"]["B"]["Comment"] == "arn:role"


def test_places_are_in_the_files_of_the_module(folder):
    folder(MODULES)
    assert read_definition(BILL).locate(Pointer("/States/B")) == "modules/billing/bill.tpl:1:34"


def test_outputs_are_known_as_far_as_the_module_is(folder):
    folder(MODULES)
    whole = read_definition("main.tf#whole").value["States"]["A"]
    assert (whole["Seconds"], whole["Comment"]) == (8, '${module.billing["eu"].role}')


def test_tfvars_of_a_called_module_do_not_count(folder):
    folder(MODULES | {"modules/billing/terraform.tfvars": "seconds = 99"})
    assert read_definition(BILL).value["States"]["B"]["TimeoutSeconds"] == 5


def test_relative_paths_begin_in_the_module_that_is_applied(folder):
    caller = 'module "m" {\n  source = "./m"\n  file = "${path.module}/sm/a.json"\n}\n'
    called = 'variable "file" {}\nresource "aws_sfn_state_machine" "x" {\n  definition = file(var.file)\n}\n'
    folder({"main.tf": caller, "m/main.tf": called, "sm/a.json": '{"Comment": "right"}', "m/sm/a.json": '{"Comment": "wrong"}'})
    assert read_definition("main.tf#module.m.x").value == {"Comment": "right"}


def test_what_a_module_of_elsewhere_is_given_as_its_definition_is_one(folder):
    text = """
        module "orders" {
          source     = "terraform-aws-modules/step-functions/aws"
          type       = "EXPRESS"
          definition = jsonencode({ StartAt = "A", States = {} })
        }
    """
    folder({"main.tf": text, "other.tf": 'module "vpc" {\n  source = "terraform-aws-modules/vpc/aws"\n}\n'})
    [found] = definitions_in(".")
    assert (found.reference, found.type, found.start_at) == ("main.tf#module.orders", "EXPRESS", "A")


@pytest.mark.parametrize(
    ("call", "note"),
    [
        ('module "billing" { source = "./nowhere" }', "module billing cannot be read: There is no folder nowhere"),
        ('module "billing" { source = "./m" }', "the module declares no output of module billing: second; did you mean seconds?"),
        ('module "biling" { source = "./m" }', "the module declares no module call billing; did you mean biling?"),
    ],
)
def test_an_output_that_cannot_be_read_is_a_note(folder, call, note):
    machine = 'resource "aws_sfn_state_machine" "a" {\n  definition = jsonencode({ Comment = module.billing.second })\n}\n'
    folder({"main.tf": machine, "call.tf": call, "m/main.tf": 'output "seconds" { value = 1 }\n'})
    found = read_definition("main.tf")
    assert found.value == {"Comment": "${module.billing.second}"}
    assert note in str(found.assumed[0]).replace("\n  ", "; ").replace("The ", "the ")


def test_modules_that_call_each_other_for_ever_are_given_up(folder):
    calls = """
        module "a" { source = "./../m" }
        module "b" { source = "./../m" }
        resource "aws_sfn_state_machine" "x" { definition = module.a.y }
        output "y" { value = module.b.y }
    """
    folder({"m/main.tf": calls})
    with pytest.raises(DefinitionError) as refused:
        read_definition("m/main.tf#x")
    assert "is not known before deployment" in str(refused.value)


def test_a_module_without_machines_that_cannot_be_read_is_no_complaint(folder):
    folder({"main.tf": 'module "m" {\n  source = ???\n}\n'})
    assert inventory(".").notes == []


def test_a_machine_is_told_only_what_was_assumed_for_it(folder):
    text = """
        locals { seconds = var.seconds }
        resource "aws_sfn_state_machine" "a" {
          definition = jsonencode({ Comment = "a", X = local.seconds })
        }
        resource "aws_sfn_state_machine" "b" {
          definition = jsonencode({ Comment = "b", X = local.seconds })
        }
        resource "aws_sfn_state_machine" "c" {
          definition = jsonencode({ Comment = "c" })
        }
    """
    folder({"main.tf": text})
    told = {name: [note.message for note in read_definition(f"main.tf#{name}").assumed] for name in "abc"}
    assert told == {"a": ["The module declares no variable seconds"], "b": ["The module declares no variable seconds"], "c": []}


def test_kinds_of_placeholders_are_known_from_types(folder):
    text = """
        variable "seconds" { type = number }
        variable "open" {}
        resource "aws_sfn_state_machine" "a" {
          definition = jsonencode({ A = var.seconds, B = "x-${var.open}", C = aws_sns_topic.t.arn })
        }
        resource "aws_sns_topic" "t" {}
    """
    folder({"main.tf": text})
    [found] = definitions_in(".")
    assert found.placeholders == ("var.seconds", "var.open", "aws_sns_topic.t.arn")
    assert found.kinds == {"var.seconds": "number", "aws_sns_topic.t.arn": "string"}
