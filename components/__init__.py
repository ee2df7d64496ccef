"""What is on a cluster. Knows no cloud: imports the provider contract, never a provider."""
