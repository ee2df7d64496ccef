"""Secrets that nobody writes into Git in plain: sealed for the cluster, or kept by a cloud."""
