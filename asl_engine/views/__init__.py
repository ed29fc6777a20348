"""What can be said of an execution: pure functions of its history. Nothing here runs anything."""
