"""What people look at: executions and diagnostics as text, one function a format. Nothing here runs anything."""
