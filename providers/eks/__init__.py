"""`provider: eks`: a cluster on AWS, with what stands around it.

Checked against AWS's own service models and list of actions; never run against a live account.
See docs/providers/eks.md.
"""

from providers.eks.cluster import EksCluster

__all__ = ["EksCluster"]
