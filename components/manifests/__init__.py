"""register(): the one way any Kubernetes object enters the program."""
