"""One module per verb: `arguments(parser)` and `run(options) -> exit code`."""
