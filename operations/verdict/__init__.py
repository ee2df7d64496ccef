"""Two states of the repository, rehearsed and proved side by side."""
