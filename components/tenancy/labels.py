"""The labels that tie objects to a team and a workload; members cannot set this prefix."""

from assurance.graph.values import TEAM
from components.manifests import Manifest

WORKLOAD = "ml-platform/workload"
CONFIG = "ml-platform/config"
"""The annotation that says which key of the stack file an object comes from."""


def team_labels(team: str) -> dict[str, str]:
    """What every object of a team carries."""
    return {TEAM: team}


def workload_labels(team: str, workload: str) -> dict[str, str]:
    """What every object and every pod of a workload carries."""
    return {"app.kubernetes.io/name": workload, TEAM: team, WORKLOAD: workload}


def selector(workload: str) -> dict[str, str]:
    """How a workload's pods are found in their namespace; never changes, as selectors cannot."""
    return {WORKLOAD: workload}


def origin(team: str, workload: str | None = None) -> str:
    """The key of the stack file that asks for a team, or for one of its workloads."""
    return f"teams.{team}" if workload is None else f"teams.{team}.workloads.{workload}"


def came_from(key: str) -> dict[str, str]:
    """The annotation for an object whose key is narrower than its team's."""
    return {CONFIG: key}


def of_team(team: str, manifest: Manifest) -> Manifest:
    """The object with its team's label, and the key that asked for it unless it names one."""
    metadata = manifest["metadata"]
    labels = {**metadata.get("labels", {}), **team_labels(team)}
    annotations = {**came_from(origin(team)), **metadata.get("annotations", {})}
    return {**manifest, "metadata": {**metadata, "labels": labels, "annotations": annotations}}
