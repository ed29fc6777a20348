"""Things that run programs in order to look at them."""
