"""The outside world as a Task state sees it: one call, one outcome."""
