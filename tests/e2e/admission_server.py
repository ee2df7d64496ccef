"""What the real API server's admission says to objects, and what it makes of them."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assurance.graph.values import quantity
from tests.assurance.guardrails.dry_run import Server

_PATHS = {
    "Pod": "api/v1/namespaces/{}/pods",
    "PersistentVolumeClaim": "api/v1/namespaces/{}/persistentvolumeclaims",
    "Service": "api/v1/namespaces/{}/services",
    "ConfigMap": "api/v1/namespaces/{}/configmaps",
    "Secret": "api/v1/namespaces/{}/secrets",
    "ServiceAccount": "api/v1/namespaces/{}/serviceaccounts",
    "ReplicationController": "api/v1/namespaces/{}/replicationcontrollers",
    "ResourceQuota": "api/v1/namespaces/{}/resourcequotas",
    "LimitRange": "api/v1/namespaces/{}/limitranges",
    "Deployment": "apis/apps/v1/namespaces/{}/deployments",
    "Job": "apis/batch/v1/namespaces/{}/jobs",
}
_CLASSES = (
    ("service-account", r"error looking up service account"),
    ("priority-class", r"no PriorityClass with name|integer value of priority|PreemptionPolicy"),
    ("pod-overhead", r"Overhead set without corresponding RuntimeClass"),
    ("runtime-class", r"pod rejected: .*(RuntimeClass|Overhead)"),
    ("limit-range", r"per (Container|Pod|PersistentVolumeClaim) is"),
    ("pod-security", r"violates PodSecurity"),
    ("quota-must-specify", r"failed quota: .*must specify"),
    ("quota", r"exceeded quota: "),
)
_BOUNDS = re.compile(
    r"(?:(minimum|maximum) (\S+) usage|([^\s\[]+) max limit to request ratio) per (\w+) is"
)
_EXCEEDED = re.compile(r"exceeded quota: (\S+), requested: (\S+), used: (\S+), limited: (\S+)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """One answer, with the object as it would be stored."""

    status: int
    message: str
    body: Mapping[str, Any]

    @property
    def accepted(self) -> bool:
        return self.status in {200, 201}

    @property
    def reason(self) -> str:
        """The class of the refusal; empty where there is none."""
        if self.accepted:
            return ""
        if self.status == 422:
            return "invalid-pod"
        for name, pattern in _CLASSES:
            if re.search(pattern, self.message, re.DOTALL):
                return name
        message = f"no class for {self.status}: {self.message}"
        raise AssertionError(message)

    @property
    def bounds(self) -> set[str]:
        """Which bounds of a LimitRange it lies outside of: `Container max cpu`."""
        found = _BOUNDS.findall(self.message)
        keys = {"minimum": "min", "maximum": "max", "": "maxLimitRequestRatio"}
        return {f"{per} {keys[which]} {one or other}" for which, one, other, per in found}

    @property
    def exceeded(self) -> tuple[str, dict[str, Decimal]]:
        """The quota that is exceeded, and what was asked of it."""
        match = _EXCEEDED.search(self.message)
        assert match, self.message
        pairs = (pair.rpartition("=") for pair in match[2].split(","))
        return match[1], {key: quantity(value) for key, _, value in pairs}


class Admission(Server):
    """A connection over which objects are sent, kept or not."""

    def attempt(self, manifest: Mapping[str, Any], *, keep: bool = False) -> Reply:
        """Create an object; without `keep`, all but keeping it."""
        path = _PATHS[manifest["kind"]].format(manifest["metadata"]["namespace"])
        return self.exchange("POST", f"{path}{'' if keep else '?dryRun=All'}", manifest)

    def get(self, kind: str, namespace: str) -> list[Any]:
        """Every object of a kind in a namespace."""
        return list(self.exchange("GET", _PATHS[kind].format(namespace), None).body["items"])

    def ready(self, namespace: str) -> bool:
        """Kubernetes has put there what it puts into every namespace."""
        accounts, maps = self.get("ServiceAccount", namespace), self.get("ConfigMap", namespace)
        return "default" in {each["metadata"]["name"] for each in accounts} and bool(maps)

    def exchange(self, method: str, path: str, body: Mapping[str, Any] | None) -> Reply:
        headers = {**self._headers, "Content-Type": "application/json"}
        text = None if body is None else json.dumps(body)
        self._connection.request(method, f"/{path}", text, headers)
        response = self._connection.getresponse()
        said = json.loads(response.read())
        message = "" if response.status < 300 else str(said.get("message"))
        return Reply(status=response.status, message=message, body=said)
