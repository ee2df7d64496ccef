"""Record the objects that the readiness tests read, from a real control plane.

Usage: KUBECONFIG=… python tests/components/record_readiness.py
Needs a cluster with the usual controllers and nodes that run pods at once (a sandbox has both).
Container trouble that simulated nodes do not have is written to the pods' status subresource.
"""

import json
import subprocess
import time
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data" / "readiness"
NAMESPACE = "readiness-recording"
_API = {"Job": "batch/v1", "Pod": "v1", "ResourceQuota": "v1"}


def kubectl(*arguments: str, stdin: str | None = None) -> str:
    command = ["kubectl", "-n", NAMESPACE, *arguments]
    return subprocess.run(command, input=stdin, text=True, check=True, capture_output=True).stdout


def apply(*objects: dict[str, Any]) -> None:
    kubectl(
        "apply", "-f", "-", stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})
    )


def workload(
    kind: str, name: str, spec: dict[str, Any], pod: dict[str, Any] | None = None
) -> dict[str, Any]:
    container = {"name": "main", "image": "registry.test/app:1.0"}
    template = {
        "metadata": {"labels": {"app": name}},
        "spec": {"containers": [container], **(pod or {})},
    }
    if kind == "Job":
        template["spec"].setdefault("restartPolicy", "Never")
    else:
        spec = {"selector": {"matchLabels": {"app": name}}, **spec}
    if kind == "StatefulSet":
        spec = {"serviceName": name, **spec}
    meta = {"name": name, "namespace": NAMESPACE}
    api = _API.get(kind, "apps/v1")
    return {
        "apiVersion": api,
        "kind": kind,
        "metadata": meta,
        "spec": {**spec, "template": template},
    }


def get(kind: str, *arguments: str) -> Any:
    return json.loads(kubectl("get", kind, *arguments, "-o", "json"))


def save(scene: str, found: Any) -> None:
    items = found.get("items", [found])
    for item in items:
        item["metadata"].pop("managedFields", None)
        (item["metadata"].get("annotations") or {}).pop(
            "kubectl.kubernetes.io/last-applied-configuration", None
        )
    DATA.mkdir(parents=True, exist_ok=True)
    text = json.dumps(found if "items" not in found else items, indent=1, sort_keys=True)
    (DATA / f"{scene}.json").write_text(text + "\n")


NOWHERE = {"nodeSelector": {"no": "where"}}


def wait(kind: str, name: str, path: str, value: str) -> None:
    for _ in range(200):
        if kubectl("get", kind, name, "-o", f"jsonpath={{{path}}}") == value:
            return
        time.sleep(0.1)
    message = f"{kind} {name}: {path} never became {value}"
    raise SystemExit(message)


def deployments() -> None:
    apply(workload("Deployment", "ready", {"replicas": 2}))
    wait("deploy", "ready", ".status.availableReplicas", "2")
    save("deployment-ready", get("deploy", "ready"))
    apply(workload("Deployment", "ready", {"replicas": 2}, NOWHERE))
    wait("deploy", "ready", ".status.updatedReplicas", "1")
    save("deployment-rolling", get("deploy", "ready"))
    apply(workload("Deployment", "none", {"replicas": 0}))
    wait("deploy", "none", ".status.observedGeneration", "1")
    save("deployment-of-none", get("deploy", "none"))
    apply(workload("Deployment", "stuck", {"replicas": 5, "progressDeadlineSeconds": 1}, NOWHERE))
    wait("deploy", "stuck", ".status.conditions[?(@.type=='Progressing')].status", "False")
    save("deployment-past-its-deadline", get("deploy", "stuck"))
    save("pods-unschedulable", get("pods", "-l", "app=stuck"))
    apply(workload("Deployment", "paused", {"replicas": 1, "paused": True}))
    wait("deploy", "paused", ".status.observedGeneration", "1")
    save("deployment-paused", get("deploy", "paused"))


def refusals() -> None:
    meta = {"name": "no-more", "namespace": NAMESPACE}
    quota = {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": meta,
        "spec": {"hard": {"pods": "0"}},
    }
    apply(quota)
    wait("quota", "no-more", ".status.hard.pods", "0")
    apply(
        workload("Deployment", "over", {"replicas": 2}),
        workload("StatefulSet", "over", {"replicas": 2}),
    )
    wait("deploy", "over", ".status.conditions[?(@.type=='ReplicaFailure')].status", "True")
    time.sleep(1)
    save("deployment-over-quota", get("deploy", "over"))
    save("statefulset-over-quota", get("sts", "over"))
    save("events-over-quota", get("events", "--field-selector=type=Warning,reason=FailedCreate"))
    kubectl("delete", "quota", "no-more")
    kubectl("label", "ns", NAMESPACE, "pod-security.kubernetes.io/enforce=restricted")
    apply(workload("Deployment", "unsafe", {"replicas": 1}))
    wait("deploy", "unsafe", ".status.conditions[?(@.type=='ReplicaFailure')].status", "True")
    save("deployment-unsafe", get("deploy", "unsafe"))
    kubectl("label", "ns", NAMESPACE, "pod-security.kubernetes.io/enforce-")


def stateful_sets() -> None:
    apply(workload("StatefulSet", "data", {"replicas": 2}))
    wait("sts", "data", ".status.availableReplicas", "2")
    save("statefulset-ready", get("sts", "data"))
    apply(
        workload(
            "StatefulSet", "data", {"replicas": 2}, {"nodeSelector": {"kubernetes.io/os": "linux"}}
        )
    )
    wait("sts", "data", ".status.updatedReplicas", "1")
    save("statefulset-rolling", get("sts", "data"))
    lazy = {"replicas": 1, "updateStrategy": {"type": "OnDelete"}}
    apply(workload("StatefulSet", "lazy", lazy))
    wait("sts", "lazy", ".status.availableReplicas", "1")
    apply(workload("StatefulSet", "lazy", lazy, NOWHERE))
    wait("sts", "lazy", ".status.observedGeneration", "2")
    save("statefulset-on-delete", get("sts", "lazy"))
    part = {"replicas": 2, "updateStrategy": {"rollingUpdate": {"partition": 1}}}
    apply(workload("StatefulSet", "part", part))
    wait("sts", "part", ".status.availableReplicas", "2")
    apply(workload("StatefulSet", "part", part, {"terminationGracePeriodSeconds": 1}))
    wait("sts", "part", ".status.updatedReplicas", "1")
    wait("sts", "part", ".status.availableReplicas", "2")
    save("statefulset-partition", get("sts", "part"))


def daemon_sets() -> None:
    apply(workload("DaemonSet", "agent", {}))
    wait("ds", "agent", ".status.numberAvailable", str(len(get("nodes")["items"])))
    save("daemonset-ready", get("ds", "agent"))
    apply(workload("DaemonSet", "heavy", {}))
    huge = {
        "containers": [{"name": "main", "image": "a", "resources": {"requests": {"cpu": "999"}}}]
    }
    apply(workload("DaemonSet", "huge", {}, huge))
    wait("ds", "huge", ".status.desiredNumberScheduled", str(len(get("nodes")["items"])))
    save("daemonset-unschedulable", get("ds", "huge"))
    apply(workload("DaemonSet", "absent", {}, NOWHERE))
    wait("ds", "absent", ".status.observedGeneration", "1")
    save("daemonset-without-nodes", get("ds", "absent"))


def jobs() -> None:
    apply(workload("Job", "done", {}))
    wait("job", "done", ".status.succeeded", "1")
    save("job-complete", get("job", "done"))
    apply(workload("Job", "waiting", {"parallelism": 3, "completions": 9}, NOWHERE))
    wait("job", "waiting", ".status.active", "3")
    save("job-pending", get("job", "waiting"))
    apply(workload("Job", "later", {"suspend": True}))
    wait("job", "later", ".status.conditions[0].type", "Suspended")
    save("job-suspended", get("job", "later"))
    apply(workload("Job", "broken", {"backoffLimit": 0}, NOWHERE))
    wait("job", "broken", ".status.active", "1")
    name = get("pods", "-l", "app=broken")["items"][0]["metadata"]["name"]
    status(name, {"phase": "Failed", "containerStatuses": [container(terminated={"exitCode": 1})]})
    wait("job", "broken", ".status.conditions[?(@.type=='Failed')].status", "True")
    save("job-failed", get("job", "broken"))


def container(last: dict[str, Any] | None = None, **state: Any) -> dict[str, Any]:
    return {
        "name": "main",
        "image": "registry.test/app:1.0",
        "imageID": "",
        "ready": False,
        "restartCount": 3 if last else 0,
        "state": state,
        "lastState": {"terminated": last} if last else {},
    }


def status(pod: str, wanted: dict[str, Any]) -> None:
    body = json.dumps({"status": wanted})
    kubectl("patch", "pod", pod, "--subresource=status", "--type=merge", "-p", body)


TROUBLES = {
    "image": container(
        waiting={
            "reason": "ImagePullBackOff",
            "message": 'Back-off pulling image "registry.test/app:1.0": not found',
        }
    ),
    "crash": container(
        {"exitCode": 137, "reason": "OOMKilled"},
        waiting={
            "reason": "CrashLoopBackOff",
            "message": "back-off 1m20s restarting failed container",
        },
    ),
    "config": container(
        waiting={
            "reason": "CreateContainerConfigError",
            "message": 'secret "database" not found',
        }
    ),
    "silent": container(running={"startedAt": "2026-01-01T00:00:00Z"}),
}


def pods() -> None:
    scheduled = [{"type": "PodScheduled", "status": "True"}, {"type": "Ready", "status": "False"}]
    for name, trouble in TROUBLES.items():
        pod = workload("Job", name, {}, NOWHERE)["spec"]["template"]
        meta = {"name": name, "namespace": NAMESPACE}
        apply({"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": pod["spec"]})
        status(name, {"conditions": scheduled, "containerStatuses": [trouble]})
        save(f"pod-{name}", get("pod", name))


if __name__ == "__main__":
    subprocess.run(["kubectl", "create", "namespace", NAMESPACE], check=True)
    time.sleep(1)
    try:
        for scene in (deployments, refusals, stateful_sets, daemon_sets, jobs, pods):
            scene()
    finally:
        subprocess.run(["kubectl", "delete", "namespace", NAMESPACE, "--wait=false"], check=True)
