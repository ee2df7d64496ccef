"""Namespaces that nobody declares."""

SYSTEM_NAMESPACES = ("kube-node-lease", "kube-public", "kube-system")
"""Kubernetes' own: what runs there comes with the cluster."""

DEFAULT_NAMESPACE = "default"
"""Where an object goes that names no namespace."""
