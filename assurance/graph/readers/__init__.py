"""Each module turns one source into a Graph."""
