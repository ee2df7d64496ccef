"""Everything that can be asked of an API server, and what its own authorizer says to it."""

import json
from itertools import product

from lightkube import Client
from lightkube.models.authorization_v1 import ResourceAttributes, SubjectAccessReviewSpec
from lightkube.resources.authorization_v1 import SubjectAccessReview

from tests.e2e.cluster import Kubectl

Question = tuple[str, str, str]
"""Group, resource (with subresource), verb."""

SPECIAL: tuple[Question, ...] = (
    *product(["rbac.authorization.k8s.io"], ["roles", "clusterroles"], ["bind", "escalate"]),
    *product([""], ["users", "groups", "serviceaccounts"], ["impersonate"]),
    *product(["metrics.k8s.io"], ["pods"], ["get", "list"]),
    ("certificates.k8s.io", "signers", "approve"),
    ("", "nodes/proxy", "get"),
    ("", "nodes", "*"),
    ("*", "*", "*"),
    ("", "secrets", "*"),
)


def questions(kubectl: Kubectl) -> list[Question]:
    """Everything that this API server knows, by its own account, and what is asked rarely."""
    asked: set[Question] = set(SPECIAL)
    groups = json.loads(kubectl("get", "--raw", "/apis"))["groups"]
    paths = {f"/apis/{v['groupVersion']}": g["name"] for g in groups for v in g["versions"]}
    for path, group in {"/api/v1": "", **paths}.items():
        for resource in json.loads(kubectl("get", "--raw", path))["resources"]:
            verbs = resource.get("verbs") or ["get", "create", "update", "patch"]
            asked |= {(group, resource["name"], verb) for verb in verbs}
    return sorted(asked)


class Judge:
    """Asks the API server's own authorizer."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def allowed(
        self, asked: list[Question], namespace: str | None, user: str, groups: tuple[str, ...] = ()
    ) -> set[Question]:
        """What of it a person may do there; no namespace is the whole cluster."""

        def may(question: Question) -> bool:
            group, resource, verb = question
            resource, _, subresource = resource.partition("/")
            spec = SubjectAccessReviewSpec(
                user=user,
                groups=[*groups, "system:authenticated"],
                resourceAttributes=ResourceAttributes(
                    group=group,
                    resource=resource,
                    subresource=subresource,
                    verb=verb,
                    namespace=namespace,
                ),
            )
            answer = self._client.create(SubjectAccessReview(spec=spec))
            assert answer.status is not None
            return answer.status.allowed

        return {question for question in asked if may(question)}
