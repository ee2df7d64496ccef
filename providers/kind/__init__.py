"""`provider: kind`: a cluster of containers on this machine, made by the kind command line.

Checked without Docker against kind's own configuration types; see docs/adr/0003.
"""

from providers.kind.cluster import KindCluster

__all__ = ["KindCluster"]
