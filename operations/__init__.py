"""What runs: the command line, the engine, the sandbox."""
