"""Helm charts, rendered on this machine and registered object by object, or stood in for."""
