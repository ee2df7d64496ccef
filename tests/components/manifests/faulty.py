"""Sound objects, the same with one fault each, and what is said of it."""

import copy
import datetime as dt
from typing import Any

from assurance.graph.values import dotted
from components.manifests.validation import faults
from tests.components.manifests.samples import (
    Manifest,
    autoscaler,
    claim,
    crd,
    deployment,
    job,
    limits,
    namespace,
    policy,
    quota,
    role_binding,
    sample,
    secret,
    service,
    webhook,
)

VALID = [
    namespace(),
    quota(),
    limits(),
    policy(),
    deployment(),
    job(),
    service(),
    claim(),
    secret(),
    role_binding("rb", "reader", "runner"),
    autoscaler("api"),
    crd("things.example", "Thing", "things"),
    webhook("w", "api", "things.example", ["things"]),
]


def lines(manifest: Any, **more: Any) -> list[str]:
    return [f"{dotted(path)}: {message}" for path, message in faults(manifest, **more)]


def changed(manifest: Manifest, path: str, value: Any) -> Manifest:
    """A copy with one value set, or taken out where the value is `...`."""
    result = copy.deepcopy(manifest)
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(" ")]
    here: Any = result
    for step in steps:
        here = here[step]
    if value is ...:
        del here[last]
    else:
        here[last] = value
    return result


CONTAINER = "spec template spec containers 0"


IN_CONTAINER = "spec.template.spec.containers[0]"


EDGE = "a letter or digit at both ends"


FAULTS: dict[str, tuple[Any, list[str]]] = {
    "an unknown field": (
        changed(deployment(), f"{CONTAINER} portz", []),
        [f"{IN_CONTAINER}.portz: unknown field; did you mean ports?"],
    ),
    "a field that is like no other": (
        changed(deployment(), "spec zzz", 1),
        ["spec.zzz: unknown field"],
    ),
    "a missing field": (
        changed(deployment(), f"{CONTAINER} name", ...),
        [f"{IN_CONTAINER}.name: missing"],
    ),
    "a wrong type": (
        changed(deployment(), "spec replicas", "three"),
        ["spec.replicas: expected a whole number, got 'three'"],
    ),
    "half a replica": (
        changed(deployment(), "spec replicas", 1.5),
        ["spec.replicas: expected a whole number, got 1.5"],
    ),
    "a list where a mapping belongs": (
        changed(deployment(), "spec selector", []),
        ["spec.selector: expected a mapping, got a list"],
    ),
    "an environment variable that is a number": (
        changed(deployment(), f"{CONTAINER} env", [{"name": "PORT", "value": 80}]),
        [f"{IN_CONTAINER}.env[0].value: expected text, got 80"],
    ),
    "a quantity with a space": (
        changed(deployment(), f"{CONTAINER} resources", {"requests": {"cpu": "500 m"}}),
        [
            (
                f"{IN_CONTAINER}.resources.requests.cpu: "
                "expected a quantity such as 500m, 2 or 1.5Gi, got '500 m'"
            )
        ],
    ),
    "a quantity that is a list": (
        changed(quota(), "spec hard pods", []),
        ["spec.hard.pods: expected text or a number, got a list"],
    ),
    "a port beyond all ports": (
        changed(deployment(), f"{CONTAINER} ports", [{"containerPort": 80800}]),
        [f"{IN_CONTAINER}.ports[0].containerPort: expected at most 65535, got 80800"],
    ),
    "a name that is no domain name": (
        changed(deployment(), "metadata name", "My_App"),
        [f"metadata.name: expected at most 253 of a-z, 0-9, - and ., {EDGE}, got 'My_App'"],
    ),
    "a service named like a domain": (
        service("a.b"),
        [f"metadata.name: expected at most 63 of a-z, 0-9 and -, {EDGE}, got 'a.b'"],
    ),
    "a cron job whose jobs would have too long names": (
        sample(
            "CronJob",
            "x" * 53,
            api="batch/v1",
            spec={"schedule": "@daily", "jobTemplate": {"spec": job()["spec"]}},
        ),
        [f"metadata.name: expected at most 52 of a-z, 0-9, - and ., {EDGE}, got '{'x' * 53}'"],
    ),
    "a role with a slash": (
        sample("Role", "a/b", api="rbac.authorization.k8s.io/v1", rules=[]),
        ["metadata.name: expected a name without / and %, got 'a/b'"],
    ),
    "a generated name": (
        changed(changed(job(), "metadata generateName", "train-"), "metadata name", ...),
        ["metadata.name: missing; generateName cannot be tracked from one run to the next"],
    ),
    "a label value with a space": (
        changed(deployment(), "metadata labels", {"team": "a b"}),
        [
            (
                f"metadata.labels.team: expected at most 63 letters, digits, -, _ and ., {EDGE}, "
                "got 'a b'"
            )
        ],
    ),
    "a label key with a space": (
        changed(deployment(), "spec selector matchLabels", {"a b": "c"}),
        [
            (
                "spec.selector.matchLabels.a b: as a key, expected a label key such as app or "
                "example.com/app, at most 63 characters after the /, got 'a b'"
            )
        ],
    ),
    "an annotation that is a number": (
        changed(deployment(), "metadata annotations", {"example.com/weight": 3}),
        ['metadata.annotations["example.com/weight"]: expected text, got 3'],
    ),
    "a value outside a closed list": (
        changed(deployment(), f"{CONTAINER} imagePullPolicy", "Allways"),
        [
            (
                f"{IN_CONTAINER}.imagePullPolicy: expected one of Always, IfNotPresent, Never, "
                "got 'Allways'; did you mean Always?"
            ),
        ],
    ),
    "an item outside a closed list": (
        changed(policy(), "spec policyTypes", ["ingress", "Egress"]),
        [
            (
                "spec.policyTypes[0]: expected one of Egress, Ingress, got 'ingress'; "
                "did you mean Ingress?"
            ),
        ],
    ),
    "no namespace": (
        changed(deployment(), "metadata namespace", ...),
        ["metadata.namespace: missing; a Deployment lives in a namespace"],
    ),
    "a namespace that is none": (
        changed(deployment(), "metadata namespace", "Fraud"),
        ["metadata.namespace: expected the name of a namespace, got 'Fraud'"],
    ),
    "a namespace in a namespace": (
        changed(namespace(), "metadata namespace", "fraud"),
        ["metadata.namespace: a Namespace belongs to the whole cluster; leave it out"],
    ),
    "a misspelt kind": (
        changed(deployment(), "kind", "Deploymnet"),
        [
            (
                "kind: apps/v1 Deploymnet is no kind of Kubernetes 1.35, and no custom kind that "
                "is known here; did you mean Deployment?"
            )
        ],
    ),
    "a version that is gone": (
        autoscaler("api", "v2beta2"),
        [
            (
                "apiVersion: expected autoscaling/v1 or autoscaling/v2 for "
                "HorizontalPodAutoscaler, got 'autoscaling/v2beta2'"
            )
        ],
    ),
    "no kind": (
        changed(deployment(), "kind", ...),
        ["kind: expected the object's kind, got nothing"],
    ),
    "a list of objects": (
        {"apiVersion": "v1", "kind": "List", "items": []},
        ["kind: List is many objects; give each of its items by itself"],
    ),
    "a question to the API server": (
        sample("TokenReview", "x", None, api="authentication.k8s.io/v1", spec={}),
        [
            (
                "kind: authentication.k8s.io/v1 TokenReview is no kind of Kubernetes 1.35, and no "
                "custom kind that is known here"
            )
        ],
    ),
    "an object copied from a cluster": (
        changed(changed(service(), "metadata uid", "1"), "metadata resourceVersion", "2"),
        [
            "metadata.resourceVersion: belongs to the cluster; leave it out",
            "metadata.uid: belongs to the cluster; leave it out",
        ],
    ),
    "a date that YAML has read from text": (
        changed(deployment(), "metadata annotations", {"since": dt.date(2026, 1, 1)}),
        ["metadata.annotations.since: expected what YAML can hold, got date"],
    ),
    "a number that JSON cannot write": (
        changed(deployment(), "spec replicas", float("nan")),
        ["spec.replicas: expected what YAML can hold, got float"],
    ),
    "keys that are no text": (
        changed(deployment(), "metadata labels", {1: "a"}),
        ["metadata.labels.1: expected text as a key, got int"],
    ),
    "a tuple": (
        changed(deployment(), f"{CONTAINER} args", ("a",)),
        [f"{IN_CONTAINER}.args: expected what YAML can hold, got tuple"],
    ),
    "no mapping at all": (None, [": expected a mapping, got nothing"]),
    "metadata that is text": (
        changed(deployment(), "metadata", "x"),
        ["metadata: expected a mapping with a name, got 'x'"],
    ),
    "several faults at once": (
        changed(changed(deployment("A"), "spec replicas", []), f"{CONTAINER} imagee", "x"),
        [
            f"metadata.name: expected at most 253 of a-z, 0-9, - and ., {EDGE}, got 'A'",
            "spec.replicas: expected a whole number, got a list",
            f"{IN_CONTAINER}.imagee: unknown field; did you mean image?",
        ],
    ),
}
