"""`provider: aks`: a cluster of Azure Kubernetes Service, with what Azure has for the platform.

Never run against a live account: its inputs are checked against Azure's own models of its APIs,
and docs/providers/aks.md lists what only an account can show.
"""

from providers.aks.cluster import AksCluster

__all__ = ["AksCluster"]
