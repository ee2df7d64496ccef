"""Models: what serves them, and how a team's model becomes pods that answer."""
