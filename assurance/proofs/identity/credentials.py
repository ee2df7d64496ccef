"""Whose pods are handed no credentials on Azure, whatever their account may do."""

from collections.abc import Iterator, Mapping

from assurance.graph.graph import Graph
from assurance.graph.pods import PodTemplate
from assurance.graph.resource import Marker
from assurance.graph.values.namespaces import DEFAULT_NAMESPACE
from assurance.proofs.identity.rights import Account

_CLIENT, _USE = "azure.workload.identity/client-id", "azure.workload.identity/use"
"""What Azure's webhook goes by: as whom pods act, and which of them ask to."""


def unheeded(graph: Graph) -> Mapping[Account, list[str]]:
    """By ServiceAccount, why its pods could not act."""
    found: dict[Account, list[str]] = {}
    for account, why in (*_nameless(graph), *_unlabelled(graph)):
        found.setdefault(account, []).append(why)
    return found


def _nameless(graph: Graph) -> Iterator[tuple[Account, str]]:
    for item in graph.objects():
        if (item.gvk.group, item.gvk.kind) == ("", "ServiceAccount"):
            stated = item.manifest["metadata"].get("annotations") or {}
            account = _account(item.namespace, item.name)
            if isinstance(stated, Marker):
                yield account, f"whether it has the annotation {_CLIENT} is not known yet"
            elif _CLIENT not in stated:
                yield account, f"it has no annotation {_CLIENT}"


def _unlabelled(graph: Graph) -> Iterator[tuple[Account, str]]:
    for pods in graph.pods():
        account = _account(pods.namespace, pods.spec.get("serviceAccountName") or "default")
        if _asks(pods) is None:
            yield account, f"whether {pods} has the label {_USE} is not known yet"
        elif not _asks(pods):
            yield account, f'{pods} lacks the label {_USE}: "true", and its pods get no credentials'


def _asks(pods: PodTemplate) -> bool | None:
    """None where that cannot be read."""
    said = pods.labels.get(_USE)
    unread = isinstance(said, Marker) or any(part.endswith("labels") for part in pods.unknown)
    return None if unread else said == "true"


def _account(namespace: object, name: object) -> Account:
    return Account(namespace=str(namespace or DEFAULT_NAMESPACE), name=str(name))
