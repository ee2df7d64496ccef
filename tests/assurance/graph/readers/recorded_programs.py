"""Small programs, written where a test wants them."""

import textwrap
from pathlib import Path
from typing import Any

from assurance.graph.graph import Graph
from assurance.graph.readers.recording import Program
from assurance.graph.resource import Resource

PREFIX = "urn:pulumi:dev::p::"
THING = """
import pulumi
def thing(kind, name, opts=None, **fields):
    metadata = {"name": name, **fields.pop("metadata", {})}
    group = "core/v1" if kind in {"Namespace", "ConfigMap", "Service", "Secret"} else "apps/v1"
    manifest = {"apiVersion": group.removeprefix("core/"), "kind": kind, "metadata": metadata}
    return pulumi.CustomResource(f"kubernetes:{group}:{kind}", name, {**manifest, **fields}, opts)
"""
FIRST_LINE = len(THING.splitlines()) + 1


def written(directory: Path, body: str, **told: Any) -> Program:
    """A project whose program is `body`, with `thing()` at hand for Kubernetes objects."""
    (directory / "__main__.py").write_text(THING + textwrap.dedent(body))
    return Program(directory=directory, stack="dev", project="p", **told)


def by_name(graph: Graph) -> dict[str, Resource]:
    """The graph's resources by their logical names."""
    return {resource.name: resource for resource in graph.resources.values()}
