"""The services this repository's definitions talk to, played by ordinary Python. Written with asl_engine's public names only."""
