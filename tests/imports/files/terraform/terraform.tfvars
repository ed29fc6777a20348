wait_seconds = 20
