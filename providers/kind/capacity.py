"""Devices that nodes only claim to have: pods that ask for one are placed, and none computes."""

from collections.abc import Iterator, Mapping

import yaml
from lightkube import Client, KubeConfig
from lightkube.models.core_v1 import NodeStatus as Status
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import Node, NodeStatus

Claims = Mapping[str, Mapping[str, int]]
"""How many of each resource the nodes of a pool claim to have."""

_POOL = "ml-platform/pool"


def claim(kubeconfig: str, claims: Claims) -> None:
    """Write the claims into the status of the pools' nodes; the kubelet keeps them there."""
    client = _client(kubeconfig)
    for pool, resources in claims.items():
        amounts = {resource: str(count) for resource, count in resources.items()}
        for name in _nodes(client, pool):
            offer = Status(capacity=amounts, allocatable=amounts)
            status = NodeStatus(metadata=ObjectMeta(name=name), status=offer)
            client.patch(NodeStatus, name, status)


def found(kubeconfig: str, claims: Claims) -> dict[str, dict[str, int]]:
    """What the nodes really claim, of what they were told to."""
    client = _client(kubeconfig)
    return {
        pool: {resource: _least(client, pool, resource) for resource in resources}
        for pool, resources in claims.items()
    }


def _least(client: Client, pool: str, resource: str) -> int:
    amounts = [_amount(client, name, resource) for name in _nodes(client, pool)]
    return min(amounts, default=0)


def _amount(client: Client, name: str, resource: str) -> int:
    status = client.get(Node, name).status or Status()
    return int((status.capacity or {}).get(resource, "0"))


def _nodes(client: Client, pool: str) -> Iterator[str]:
    for node in client.list(Node, labels={_POOL: pool}):
        assert node.metadata is not None
        assert node.metadata.name is not None
        yield node.metadata.name


def _client(kubeconfig: str) -> Client:
    return Client(config=KubeConfig.from_dict(yaml.safe_load(kubeconfig)))
