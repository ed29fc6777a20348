variable "environment" {
  type    = string
  default = "test"
}

variable "patience" {
  description = "Seconds a person has"
  type        = number
}

variable "wait_seconds" {
  type    = number
  default = 10
}

variable "stages" {
  type    = list(string)
  default = ["alpha", "beta"]
}

locals {
  prefix   = "shop-${var.environment}"
  channels = concat(["mail"], var.environment == "prod" ? ["chat"] : [])

  charging = {
    Charge = {
      Type           = "Task"
      Resource       = aws_lambda_function.charge.arn
      TimeoutSeconds = 30
      Retry = [{
        ErrorEquals = ["States.TaskFailed"]
        MaxAttempts = 2
      }]
      Next = "Notify"
    }
  }
}
