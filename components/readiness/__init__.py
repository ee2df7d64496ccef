"""One gate for many workloads: an `up` that ends well leaves everything available."""

from components.readiness.gate import DEFAULT_TIMEOUT, Readiness, ReadinessArgs
from components.readiness.workload import Kind, WorkloadRef, fingerprint

__all__ = ["DEFAULT_TIMEOUT", "Kind", "Readiness", "ReadinessArgs", "WorkloadRef", "fingerprint"]
