import pytest

REST = """
    variable "open" {}
    variable "flag" { type = bool }
    variable "many" { type = number }
    variable "known" { default = "k" }
    variable "typed" {
      type    = number
      default = "5"
    }
    locals {
      list   = ["a", "b"]
      object = { one = 1, two = 2 }
      nested = [{ id = "x", tags = ["p"] }, { id = "y", tags = ["q", "r"] }]
    }
"""


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("7 / 2", 3.5),
        ("6 / 2", 3),
        ("-7 % 4", -3),
        ("1.5e1", 15.0),
        ("!true || 1 < 2 && 2 >= 2", True),
        ('"1" == 1', False),
        ("local.list == local.list", True),
        ("true ? 1 : 2", 1),
        ("var.typed", 5),
        ("null", None),
        ('"a${1 + 1}b"', "a2b"),
        ('"$${x} %%{y}"', "${x} %{y}"),
        (r'"\"\n\t\\ é"', '"\n\t\\ é'),
        ("local.list[1]", "b"),
        ("local.list.0", "a"),
        ('local.object["two"]', 2),
        ("local.object.one", 1),
        ("local.nested[*].id", ["x", "y"]),
        ("local.nested.*.id", ["x", "y"]),
        ("local.nested[*].tags[0]", ["p", "q"]),
        ('[for v in local.list : upper(v) if v != "a"]', ["B"]),
        ('{ for k, v in local.object : k => v * 2 if k != "one" }', {"two": 4}),
        ("{ for n in local.nested : n.id => n.tags }", {"x": ["p"], "y": ["q", "r"]}),
        ("[for i, v in local.list : i]", [0, 1]),
        ('{ for v in ["a", "b"] : "all" => v... }', {"all": ["a", "b"]}),
        ('{ (var.known) = 1, "q" : 2, r = 3 }', {"k": 1, "q": 2, "r": 3}),
        ('"%{ if true }yes%{ else }no%{ endif }"', "yes"),
        ('"%{ for v in local.list }<${v}>%{ endfor }"', "<a><b>"),
        ('"a ${~ 1 ~} b"', "a1b"),
        ("<<-EOT\n      one\n        two\n    EOT\n", "one\n  two\n"),
        ("var.open", "${var.open}"),
        ('"x-${var.open}"', "x-${var.open}"),
        ("var.open.arn", "${var.open.arn}"),
        ("var.many + 1", "${var.many + 1}"),
        ("var.flag ? 1 : 2", "${var.flag ? 1 : 2}"),
        ('var.flag ? { a = 1 } : { a = "b" }', {"a": 1}),
        ("[for v in var.open : v]", "${[for v in var.open : v]}"),
        ("upper(var.open)", "${upper(var.open)}"),
        ("tonumber(var.open)", "${var.open}"),
        ("merge({ a = 1 }, var.open)", {"a": 1}),
        ("false && var.flag", False),
        ("timestamp()", "${timestamp()}"),
        ('regex("\\\\pL", "aa")', '${regex("\\\\pL", "aa")}'),
    ],
)
def test_an_expression_has_the_value_terraform_gives_it(evaluated, expression, value):
    assert evaluated(expression, REST) == value


def test_what_was_assumed_is_noted_once(folder):
    from asl_engine.imports import definitions_in

    definition = "jsonencode({ a = var.on ? [1] : [], b = var.on ? [1] : [] })"
    folder({"main.tf": f'variable "on" {{}}\nresource "aws_sfn_state_machine" "m" {{\n  definition = {definition}\n}}\n'})
    assert definitions_in("main.tf")[0].notes == (
        "main.tf:3:33: the condition var.on is not known; it is taken as true",
        "main.tf:3:56: the condition var.on is not known; it is taken as true",
    )
