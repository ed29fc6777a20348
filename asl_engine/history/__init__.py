"""What happened: events, the history that holds them, and the execution they tell of."""
