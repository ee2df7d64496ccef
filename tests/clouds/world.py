"""The sample programs with a team on top: one workload that may read one part of one bucket."""

from functools import cache

from assurance.graph.graph import Graph
from assurance.graph.intent import Intent, TeamIntent
from assurance.graph.values import Access, Grant
from tests.assurance.proofs.worlds import resource
from tests.clouds.recorded import Mode, recorded

URLS = {"aws": "s3://lab-lake", "azure": "wasbs://lake@lablake.blob.core.windows.net"}
CLIENT = "azure.workload.identity/client-id"
"""What AWS does not look at."""
GRANT = Grant(access=Access.READ, kind="bucket", name="lake", prefix="red/", by="reader")


def intent(cloud: str, *grants: Grant) -> Intent:
    """What the team asks for."""
    team = TeamIntent(namespaces=("red",), grants=grants or (GRANT,))
    return Intent(teams={"red": team}, buckets={"lake": URLS[cloud]})


@cache
def world(cloud: str, mode: Mode = "cold") -> Graph:
    """The cloud's resources, and the workload's ServiceAccount."""
    account = {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {
            "name": "reader",
            "namespace": "red",
            "labels": {"ml-platform/workload": "reader"},
            "annotations": {CLIENT: "0a9b8c7d-6e5f-4a3b-8c2d-1e0f9a8b7c6d"},
        },
        "automountServiceAccountToken": False,
    }
    graph, made = recorded(cloud, mode), resource(account)
    return Graph(resources={**graph.resources, made.urn: made}, stack=graph.stack, mode=graph.mode)
