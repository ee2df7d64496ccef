"""What the real API server says to an object, without keeping it."""

import base64
import http.client
import json
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

_RULE = re.compile(
    r"ValidatingAdmissionPolicy '[^']+' with binding '[^']+'(?: denied request)?: ([a-z-]+): "
)
_MOST = 4096 - 256
"""Beyond so many characters the API server cuts warnings, then leaves them out."""
_PATHS = {
    "Pod": "api/v1/namespaces/{}/pods",
    "ReplicationController": "api/v1/namespaces/{}/replicationcontrollers",
    "Service": "api/v1/namespaces/{}/services",
    "ServiceAccount": "api/v1/namespaces/{}/serviceaccounts",
    "PodDisruptionBudget": "apis/policy/v1/namespaces/{}/poddisruptionbudgets",
    "Secret": "api/v1/namespaces/{}/secrets",
    "NetworkPolicy": "apis/networking.k8s.io/v1/namespaces/{}/networkpolicies",
    "ConfigMap": "api/v1/namespaces/{}/configmaps",
    "Namespace": "api/v1/namespaces",
    "Deployment": "apis/apps/v1/namespaces/{}/deployments",
    "ReplicaSet": "apis/apps/v1/namespaces/{}/replicasets",
    "StatefulSet": "apis/apps/v1/namespaces/{}/statefulsets",
    "DaemonSet": "apis/apps/v1/namespaces/{}/daemonsets",
    "Job": "apis/batch/v1/namespaces/{}/jobs",
    "CronJob": "apis/batch/v1/namespaces/{}/cronjobs",
    "Role": "apis/rbac.authorization.k8s.io/v1/namespaces/{}/roles",
    "RoleBinding": "apis/rbac.authorization.k8s.io/v1/namespaces/{}/rolebindings",
    "ClusterRole": "apis/rbac.authorization.k8s.io/v1/clusterroles",
    "ClusterRoleBinding": "apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
}
CLUSTER_WIDE = frozenset(kind for kind, path in _PATHS.items() if "{}" not in path)


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """One answer."""

    status: int
    message: str
    warnings: tuple[str, ...]

    @property
    def accepted(self) -> bool:
        return self.status in {http.client.OK, http.client.CREATED}

    @property
    def refused(self) -> bool:
        """Refused by a policy, rather than as no valid object."""
        words = "ValidatingAdmissionPolicy", "violates PodSecurity"
        return self.status == http.client.FORBIDDEN and any(word in self.message for word in words)

    @property
    def refused_by(self) -> str | None:
        """The guardrail that the refusal names: the first, whatever else is wrong."""
        found = _RULE.search(self.message)
        return found[1] if found else None

    @property
    def warned_of(self) -> frozenset[str]:
        """The guardrails whose warnings came with it; an expression that broke is no verdict."""
        broken = [warning for warning in self.warnings if "resulted in error" in warning]
        assert not broken, broken
        found = (_RULE.search(warning) for warning in self.warnings)
        return frozenset(match[1] for match in found if match)

    @property
    def cut(self) -> bool:
        """There may have been more warnings."""
        return sum(map(len, self.warnings)) > _MOST


class Server:
    """One connection to the API server, as the sandbox's administrator; a context."""

    def __init__(self, kubeconfig: Path) -> None:
        config = json.loads(kubeconfig.read_text())
        cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
        authority = base64.b64decode(cluster["certificate-authority-data"]).decode()
        self._headers = {"Authorization": f"Bearer {user['token']}"}
        self._connection = http.client.HTTPSConnection(
            urlsplit(cluster["server"]).netloc,
            timeout=30,
            context=ssl.create_default_context(cadata=authority),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()

    def create(self, manifest: Mapping[str, Any], namespace: str) -> Answer:
        """Create an object, all but keeping it."""
        return self.send("POST", _PATHS[manifest["kind"]].format(namespace), manifest)

    def send(self, method: str, path: str, body: Mapping[str, Any]) -> Answer:
        headers = {**self._headers, "Content-Type": "application/json"}
        self._connection.request(method, f"/{path}?dryRun=All", json.dumps(body), headers)
        response = self._connection.getresponse()
        text = response.read()
        message = "" if response.status < 300 else str(json.loads(text).get("message"))
        warnings = tuple(response.headers.get_all("Warning") or ())
        return Answer(status=response.status, message=message, warnings=warnings)
