"""What can be decided without a cluster."""
