"""One gate for many workloads: an `up` that ends well leaves everything available."""

from components.readiness.gate import Readiness, ReadinessArgs
from components.readiness.workload import Kind, WorkloadRef, fingerprint

__all__ = ["Kind", "Readiness", "ReadinessArgs", "WorkloadRef", "fingerprint"]
