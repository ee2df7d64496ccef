"""What the cluster refuses of its own accord."""
