# Orders are charged and announced; refunds wait for a person.

data "aws_region" "current" {}
data "aws_caller_identity" "current" {}

resource "aws_lambda_function" "charge" {
  function_name = "${local.prefix}-charge"
  handler       = "charge.handler"
}

resource "aws_sns_topic" "sales" {
  name = "${local.prefix}-sales"
}

resource "aws_sfn_state_machine" "orders" {
  name     = "${local.prefix}-orders"
  role_arn = aws_iam_role.states.arn
  type     = "EXPRESS"

  definition = jsonencode({
    StartAt = "Charge"
    States = merge(local.charging, {
      Notify = {
        Type     = "Task"
        Resource = "arn:aws:states:::sns:publish"
        Parameters = {
          TopicArn    = aws_sns_topic.sales.arn
          "Message.$" = "$.id"
          Subject     = format("Sale in %s (%d)", data.aws_region.current.name, length(local.channels))
        }
        Next = "Done"
      }
      Done = { Type = "Succeed" }
    })
  })
}

resource "aws_iam_role" "states" {
  name = "states"
}

resource "aws_sfn_state_machine" "refunds" {
  name     = "${local.prefix}-refunds"
  role_arn = aws_iam_role.states.arn

  definition = <<-JSON
    {
      "StartAt": "Ask",
      "States": {
        "Ask": {
          "Type": "Task",
          "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
          "TimeoutSeconds": ${var.patience},
          "Parameters": {
            "FunctionName": "${aws_lambda_function.charge.arn}",
            "Payload": {"token.$": "$$.Task.Token", "price": "$${amount}"}
          },
          "Next": "Done"
        },
        "Done": {"Type": "Succeed"}
      }
    }
  JSON
}

resource "aws_sfn_state_machine" "report" {
  for_each = toset(var.stages)
  name     = "${local.prefix}-report-${each.key}"
  role_arn = aws_iam_role.states.arn

  definition = templatefile("${path.module}/definitions/report.asl.json.tftpl", {
    stage   = each.value
    wait    = var.wait_seconds
    targets = { for name in local.channels : name => upper(name) }
    worker  = aws_lambda_function.charge.function_name
  })
}
