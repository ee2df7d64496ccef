"""What a graph and an intent decide: proved, refuted with a witness, or unknown and why."""
