"""What a definition means as a whole: where its transitions lead, what its variables are. Nothing is run."""
