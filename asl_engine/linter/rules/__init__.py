"""One file a rule: see `linter.rule` for what it holds."""
