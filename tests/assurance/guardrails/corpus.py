"""Generated pods, templates and other objects: valid, one field off, extreme."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from random import Random
from typing import Any

Manifest = dict[str, Any]
Change = Callable[[Random, Manifest], None]
DIGEST = "sha256:" + "ab" * 32
TEAM = "ml-platform/team"
WORKLOADS = {
    "Deployment": "apps/v1",
    "ReplicaSet": "apps/v1",
    "StatefulSet": "apps/v1",
    "DaemonSet": "apps/v1",
    "ReplicationController": "v1",
    "Job": "batch/v1",
    "CronJob": "batch/v1",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One object to be judged."""

    family: str
    manifest: Manifest
    changes: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.manifest['kind']} ({', '.join(self.changes) or 'valid'})"


def container(name: str, port: int) -> Manifest:
    return {
        "name": name,
        "image": f"registry.example.com/team/{name}:1.2@{DIGEST}",
        "resources": {"requests": {"cpu": "100m"}, "limits": {"memory": "64Mi"}},
        "ports": [{"containerPort": port}],
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
        },
    }


def pod() -> Manifest:
    """A pod that every guardrail accepts."""
    return {
        "metadata": {"labels": {"app": "probe", TEAM: "probe"}, "annotations": {}},
        "spec": {
            "automountServiceAccountToken": False,
            "securityContext": {
                "runAsNonRoot": True,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "initContainers": [container("init", 8080)],
            "containers": [container("main", 8081), container("side", 8082)],
            "volumes": [{"name": "work", "emptyDir": {}}],
        },
    }


def wrapped(kind: str, template: Manifest) -> Manifest:
    """An object of a kind, with a pod's template in its place."""
    if kind == "Pod":
        metadata = {**template["metadata"], "name": "probe"}
        return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]}
    spec: Manifest = {"template": template}
    if kind in {"Job", "CronJob"}:
        template["spec"]["restartPolicy"] = "Never"
    elif kind == "ReplicationController":
        spec["selector"] = {"app": "probe"}
    else:
        spec["selector"] = {"matchLabels": {"app": "probe"}}
    if kind == "StatefulSet":
        spec["serviceName"] = "probe"
    if kind == "CronJob":
        spec = {"schedule": "0 3 * * *", "jobTemplate": {"spec": spec}}
    api = WORKLOADS[kind]
    return {"apiVersion": api, "kind": kind, "metadata": {"name": "probe"}, "spec": spec}


def _some_container(rng: Random, made: Manifest) -> Manifest:
    spec = made["spec"]
    return rng.choice([*spec.get("initContainers", []), *spec["containers"]])


def _of_container(*steps: str, values: tuple[Any, ...]) -> Change:
    return lambda rng, made: _put(_some_container(rng, made), steps, deepcopy(rng.choice(values)))


def _of_pod(*steps: str, values: tuple[Any, ...]) -> Change:
    return lambda rng, made: _put(made, steps, deepcopy(rng.choice(values)))


def _put(target: Manifest, steps: tuple[str, ...], value: Any) -> None:
    """Set a value; None takes the key away."""
    for step in steps[:-1]:
        target = target.setdefault(step, {})
    if value is None:
        target.pop(steps[-1], None)
    else:
        target[steps[-1]] = value


def _of_both(*steps: str, values: tuple[Any, ...]) -> Change:
    """In the pod's security context, in a container's, or in both."""

    def change(rng: Random, made: Manifest) -> None:
        where = rng.choice(("pod", "container", "both"))
        if where != "container":
            _put(made, ("spec", "securityContext", *steps), deepcopy(rng.choice(values)))
        if where != "pod":
            security = ("securityContext", *steps)
            _put(_some_container(rng, made), security, deepcopy(rng.choice(values)))

    return change


def _host_namespaces(rng: Random, made: Manifest) -> None:
    field = rng.choice(("hostNetwork", "hostPID", "hostIPC"))
    made["spec"][field] = rng.choice((True, True, False))


def _host_port(rng: Random, made: Manifest) -> None:
    port = rng.choice((0, 8080, 9999))
    _some_container(rng, made)["ports"] = [{"containerPort": port or 80, "hostPort": port}]


def _volume(rng: Random, made: Manifest) -> None:
    sources: tuple[Manifest, ...] = (
        {},
        {"emptyDir": {"medium": "Memory"}},
        {"configMap": {"name": "c"}},
        {"secret": {"secretName": "s"}},
        {"persistentVolumeClaim": {"claimName": "p"}},
        {"projected": {"sources": []}},
        {"downwardAPI": {"items": []}},
        {"csi": {"driver": "example.com"}},
        {"hostPath": {"path": "/var/run"}},
        {"nfs": {"server": "nfs.example.com", "path": "/"}},
        {"iscsi": {"targetPortal": "10.0.0.1", "iqn": "iqn.2001-04.com.example:a", "lun": 0}},
        {"gcePersistentDisk": {"pdName": "disk"}},
        {"azureDisk": {"diskName": "d", "diskURI": "https://blob/d.vhd", "kind": "Dedicated"}},
        {"fc": {"targetWWNs": ["50060e801049cfd1"], "lun": 0}},
        {"cephfs": {"monitors": ["10.0.0.1:6789"]}},
        {"awsElasticBlockStore": {"volumeID": "vol-1"}},
        {"azureFile": {"secretName": "s", "shareName": "a"}},
        {"cinder": {"volumeID": "v"}},
        {"flexVolume": {"driver": "example.com/flex"}},
        {"flocker": {"datasetName": "d"}},
        {"gitRepo": {"repository": "https://git.example.com/a.git"}},
        {"glusterfs": {"endpoints": "e", "path": "p"}},
        {"photonPersistentDisk": {"pdID": "p"}},
        {"portworxVolume": {"volumeID": "p"}},
        {"quobyte": {"registry": "a:1", "volume": "v"}},
        {"rbd": {"monitors": ["10.0.0.1:6789"], "image": "i"}},
        {"storageos": {"volumeName": "v"}},
        {"vsphereVolume": {"volumePath": "[ds] v"}},
        {"image": {"reference": "registry.example.com/a:1"}},
        {"image": {"reference": "ghcr.io/a"}},
        {"image": {"reference": f"a@{DIGEST}"}},
        {"projected": {"sources": [{"serviceAccountToken": {"path": "token"}}]}},
    )
    made["spec"]["volumes"].append({"name": "more", **deepcopy(rng.choice(sources))})


def _app_armor_annotation(rng: Random, made: Manifest) -> None:
    value = rng.choice(("runtime/default", "localhost/mine", "unconfined"))
    key = "container.apparmor.security.beta.kubernetes.io/main"
    made["metadata"]["annotations"][key] = value


def _probe(rng: Random, made: Manifest) -> None:
    main = made["spec"]["containers"][0]
    host = rng.choice(("", "10.0.0.1", "127.0.0.1"))
    way: Manifest = rng.choice(
        ({"httpGet": {"path": "/", "port": 80}}, {"tcpSocket": {"port": 80}})
    )
    way = deepcopy(way)
    next(iter(way.values()))["host"] = host
    kind = rng.choice(("livenessProbe", "readinessProbe", "startupProbe", "preStop", "postStart"))
    if kind in {"preStop", "postStart"}:
        main.setdefault("lifecycle", {})[kind] = way
    else:
        main[kind] = way


def _windows(rng: Random, made: Manifest) -> None:
    """A Windows pod may set nothing of Linux's."""
    spec = made["spec"]
    spec["os"] = {"name": "windows"}
    spec["securityContext"] = {"runAsNonRoot": True}
    for one in (*spec.get("initContainers", []), *spec["containers"]):
        one.pop("securityContext", None)
    if rng.random() < 0.5:
        spec["securityContext"]["windowsOptions"] = {"hostProcess": True, "runAsUserName": "SYSTEM"}
        spec["hostNetwork"] = True


def _user_namespace(rng: Random, made: Manifest) -> None:
    spec = made["spec"]
    spec["hostUsers"] = rng.choice((True, False, False, False))
    if rng.random() < 0.5:
        spec["securityContext"]["runAsUser"] = 0
        spec["securityContext"]["runAsNonRoot"] = False
    if rng.random() < 0.5:
        _some_container(rng, made)["securityContext"] = {"procMount": "Unmasked"}


def _no_context(rng: Random, made: Manifest) -> None:
    if rng.random() < 0.5:
        made["spec"].pop("securityContext", None)
        made["spec"]["securityContext"] = {}
    else:
        _some_container(rng, made).pop("securityContext", None)


def _token(rng: Random, made: Manifest) -> None:
    _put(made, ("spec", "automountServiceAccountToken"), rng.choice((True, None, False)))
    _put(made, ("spec", "serviceAccountName"), rng.choice(("default", None, "worker", "worker")))


def _pod_amounts(rng: Random, made: Manifest) -> None:
    for one in made["spec"]["containers"]:
        one.pop("resources")
    if rng.random() < 0.5:
        made["spec"]["resources"] = {"limits": {"cpu": "1", "memory": "1Gi"}}


LOCAL = {"type": "Localhost", "localhostProfile": "mine.json"}
CAPABILITIES = (
    *("AUDIT_WRITE", "BPF", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "IPC_LOCK", "KILL"),
    *("MKNOD", "NET_ADMIN", "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID"),
    *("SYS_CHROOT", "SYS_PTRACE"),
)
SYSCTLS = (
    *("kernel.msgmax", "kernel.shm_rmid_forced", "net.core.somaxconn"),
    *("net.ipv4.ip_local_port_range", "net.ipv4.ip_local_reserved_ports"),
    *("net.ipv4.ip_unprivileged_port_start", "net.ipv4.ping_group_range"),
    *("net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_rmem"),
    *("net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_wmem"),
    *("net.ipv4.tcp_syncookies", "net.ipv4.tcp_tw_reuse"),
)
_AMOUNTS = {"cpu": "1", "memory": "32Mi"}
IMAGES = (
    "nginx",
    "nginx:latest",
    "nginx:1.27",
    f"nginx@{DIGEST}",
    "localhost/a/b",
    "localhost:5000/a/b:latest",
    "registry.example.com/a",
    "registry.example.com:443/a/b:1",
    f"registry.example.com/a/b:latest@{DIGEST}",
    "team/app:2",
    "docker.io/library/busybox:1",
    "registry.example.com/a:b:c@d@e",
    "a/b:1/c",
    "host.example.com/",
    ":",
    "@",
    "/a",
)
POD_CHANGES: dict[str, Change] = {
    "host namespace": _host_namespaces,
    "host port": _host_port,
    "volume": _volume,
    "privileged": _of_container(
        "securityContext", values=({"privileged": True}, {"privileged": False})
    ),
    "capabilities added": _of_container(
        "securityContext",
        "capabilities",
        "add",
        values=(["NET_RAW"], ["SYS_ADMIN", "CHOWN"], [], *([one] for one in CAPABILITIES)),
    ),
    "capabilities dropped": _of_container(
        "securityContext", "capabilities", "drop", values=(None, [], ["NET_RAW"], ["KILL", "ALL"])
    ),
    "escalation": _of_container(
        "securityContext", "allowPrivilegeEscalation", values=(True, None, False)
    ),
    "app armor": _of_both(
        "appArmorProfile",
        values=({"type": "RuntimeDefault"}, {"type": "Unconfined"}, LOCAL),
    ),
    "app armor annotation": _app_armor_annotation,
    "seccomp": _of_both(
        "seccompProfile", values=(None, {"type": "Unconfined"}, {"type": "RuntimeDefault"}, LOCAL)
    ),
    "selinux": _of_both(
        "seLinuxOptions",
        values=(
            {"type": "container_t"},
            {"type": "container_init_t"},
            {"type": "container_kvm_t"},
            {"type": ""},
            {"type": "spc_t"},
            {"user": "u"},
            {"role": "r"},
            {"level": "s0"},
            {"type": "container_engine_t", "user": ""},
        ),
    ),
    "proc mount": _of_container("securityContext", "procMount", values=("Default", "Unmasked")),
    "sysctl": _of_pod(
        "spec",
        "securityContext",
        "sysctls",
        values=tuple([{"name": one, "value": "1"}] for one in SYSCTLS),
    ),
    "probe": _probe,
    "windows": _windows,
    "user namespace": _user_namespace,
    "root": _of_both("runAsUser", values=(0, 1000, None)),
    "maybe root": _of_both("runAsNonRoot", values=(True, False, None)),
    "no security context": _no_context,
    "image": _of_container("image", values=IMAGES),
    "token": _token,
    "requests": _of_container("resources", "requests", values=(None, {}, {"cpu": "1"}, _AMOUNTS)),
    "limits": _of_container("resources", "limits", values=(None, {}, {"cpu": "1"}, _AMOUNTS)),
    "amounts of the pod": _pod_amounts,
    "priority": _of_pod(
        "spec", "priorityClassName", values=("system-cluster-critical", "system-node-critical")
    ),
    "team label": _of_pod("metadata", "labels", TEAM, values=(None, "other")),
}


def service() -> Manifest:
    spec = {"selector": {"app": "a"}, "ports": [{"port": 80}]}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "probe"}, "spec": spec}


def network_policy() -> Manifest:
    spec: Manifest = {
        "podSelector": {},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [{"from": [{"podSelector": {}}]}],
        "egress": [{"to": [{"ipBlock": {"cidr": "203.0.113.0/24"}}], "ports": [{"port": 443}]}],
    }
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "probe"},
        "spec": spec,
    }


def secret() -> Manifest:
    metadata: Manifest = {
        "name": "probe",
        "annotations": {"kubernetes.io/service-account.name": "worker"},
    }
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": "Opaque"}


def account() -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": "probe"},
        "automountServiceAccountToken": False,
    }


_RBAC = "rbac.authorization.k8s.io"


def role(kind: str) -> Manifest:
    rule = {"apiGroups": [""], "resources": ["pods", "pods/log"], "verbs": ["get", "list"]}
    return {
        "apiVersion": f"{_RBAC}/v1",
        "kind": kind,
        "metadata": {"name": "guardrails-probe"},
        "rules": [rule, {"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["get"]}],
    }


def binding(kind: str) -> Manifest:
    return {
        "apiVersion": f"{_RBAC}/v1",
        "kind": kind,
        "metadata": {"name": "guardrails-probe"},
        "roleRef": {"apiGroup": _RBAC, "kind": "ClusterRole", "name": "view"},
        "subjects": [{"apiGroup": _RBAC, "kind": "Group", "name": "fraud"}],
    }


def namespace() -> Manifest:
    labels = {TEAM: "guardrails-probe", "pod-security.kubernetes.io/enforce": "restricted"}
    metadata = {"name": "guardrails-probe", "labels": labels}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}


def _of_rule(*steps: str, values: tuple[Any, ...]) -> Change:
    return lambda rng, made: _put(rng.choice(made["rules"]), steps, deepcopy(rng.choice(values)))


def _url(rng: Random, made: Manifest) -> None:
    if made["kind"] == "ClusterRole":
        url = rng.choice(("*", "/metrics", "/logs/*"))
        made["rules"].append({"nonResourceURLs": [url], "verbs": ["get"]})


def _minting(rng: Random, made: Manifest) -> None:
    verb = rng.choice(("create", "get", "patch", "*"))
    rule = {"apiGroups": [""], "resources": ["serviceaccounts/token"], "verbs": [verb]}
    made["rules"].append(rule)


def _subject(rng: Random, made: Manifest) -> None:
    group = rng.choice(("system:authenticated", "system:masters", "ml"))
    user = rng.choice(("system:anonymous", "ann"))
    subject = rng.choice(
        (
            {"apiGroup": _RBAC, "kind": "Group", "name": group},
            {"apiGroup": _RBAC, "kind": "User", "name": user},
            {"kind": "ServiceAccount", "name": "worker", "namespace": "other"},
        )
    )
    made["subjects"] = rng.choice(([subject], [*made["subjects"], subject], []))


_LABELS = ("metadata", "labels")
OBJECTS: dict[str, tuple[Callable[[], Manifest], dict[str, Change]]] = {
    "Service": (
        service,
        {
            "type": _of_pod("spec", "type", values=("LoadBalancer", "NodePort", "ClusterIP", None)),
            "addresses": _of_pod("spec", "externalIPs", values=([], ["203.0.113.7"], None)),
        },
    ),
    "ServiceAccount": (
        account,
        {"token": _of_pod("automountServiceAccountToken", values=(True, None, False))},
    ),
    "NetworkPolicy": (
        network_policy,
        {
            "in": _of_pod("spec", "ingress", values=([{}], [{"from": []}], [], None)),
            "out": _of_pod(
                "spec", "egress", values=([{"ports": [{"port": 53}]}], [{"to": []}], [])
            ),
        },
    ),
    "Secret": (
        secret,
        {"type": _of_pod("type", values=("kubernetes.io/service-account-token", None))},
    ),
    "Role": (
        lambda: role("Role"),
        {
            "verbs": _of_rule(
                "verbs", values=(["*"], ["bind"], ["escalate"], ["get", "impersonate"], ["watch"])
            ),
            "resources": _of_rule(
                "resources",
                values=(["*"], ["*/status"], ["pods/*"], ["jobs"], ["nodes/proxy", "nodes"]),
            ),
            "groups": _of_rule("apiGroups", values=(["*"], ["", "batch"])),
            "tokens": _minting,
            "urls": _url,
        },
    ),
    "RoleBinding": (
        lambda: binding("RoleBinding"),
        {
            "role": _of_pod("roleRef", "name", values=("cluster-admin", "edit")),
            "subject": _subject,
        },
    ),
    "Namespace": (
        namespace,
        {
            "team": _of_pod(*_LABELS, TEAM, values=(None, "other")),
            "level": _of_pod(
                *_LABELS,
                "pod-security.kubernetes.io/enforce",
                values=(None, "privileged", "baseline"),
            ),
            "class": _of_pod(
                *_LABELS, "ml-platform/namespace-class", values=("platform", "team", "other")
            ),
        },
    ),
}


def _changed(rng: Random, made: Manifest, changes: dict[str, Change]) -> tuple[str, ...]:
    """Nothing changed, one thing, or many."""
    count = rng.choices((0, 1, 3, 7), weights=(20, 45, 20, 15))[0]
    names = rng.sample(sorted(changes), min(count, len(changes)))
    for name in names:
        changes[name](rng, made)
    return tuple(names)


def pods(rng: Random) -> Iterator[Case]:
    """Pods and templates of every kind, without end."""
    while True:
        made = pod()
        if rng.random() < 0.3:
            made["spec"].pop("initContainers")
        changes = _changed(rng, made, POD_CHANGES)
        kind = rng.choice(("Pod", *WORKLOADS)) if rng.random() < 0.6 else "Pod"
        family = "pod" if kind == "Pod" else "template"
        yield Case(family=family, manifest=wrapped(kind, made), changes=changes)


def objects(rng: Random) -> Iterator[Case]:
    """Everything else, without end."""
    while True:
        kind = rng.choice(sorted(OBJECTS))
        make, changes = OBJECTS[kind]
        made = make()
        if kind in {"Role", "RoleBinding"} and rng.random() < 0.5:
            made["kind"] = f"Cluster{kind}"
        yield Case(family="object", manifest=made, changes=_changed(rng, made, changes))


def cases(seed: int, count: int) -> list[Case]:
    """What is planted first, then three pods or templates for each other object."""
    rng = Random(seed)
    some_pods, some_objects = pods(rng), objects(rng)
    sure = list(planted().values())
    rest = range(count - len(sure))
    return [*sure, *(next(some_objects if n % 4 == 3 else some_pods) for n in rest)]


def _bad_pod(*steps: str, value: Any) -> Manifest:
    made = pod()
    _put(made, steps, value)
    return wrapped("Pod", made)


def _bad_container(*steps: str, value: Any) -> Manifest:
    made = pod()
    _put(made["spec"]["containers"][1], steps, value)
    return wrapped("Deployment", made)


def _bad(made: Manifest, *steps: str, value: Any) -> Manifest:
    _put(made, steps, value)
    return made


def _volumes(source: Manifest) -> Manifest:
    return _bad_pod("spec", "volumes", value=[{"name": "more", **source}])


def _bad_rule(**changes: list[str]) -> Manifest:
    made = role("ClusterRole")
    made["rules"][1] |= changes
    return made


def planted() -> dict[str, Case]:
    """For each guardrail an object that it must refuse; others may as well."""
    context = "securityContext"
    pod_level = "pod-security.kubernetes.io/enforce"
    windows = pod()
    _windows(Random(3), windows)
    assert "hostNetwork" in windows["spec"]
    probe = {"httpGet": {"port": 80, "host": "10.0.0.1"}}
    bad = {
        "pod-security-host-namespaces": _bad_pod("spec", "hostPID", value=True),
        "pod-security-privileged": _bad_container(context, value={"privileged": True}),
        "pod-security-capabilities-baseline": _bad_container(
            context, "capabilities", "add", value=["NET_RAW"]
        ),
        "pod-security-host-path-volumes": _volumes({"hostPath": {"path": "/"}}),
        "pod-security-host-ports": _bad_container(
            "ports", value=[{"containerPort": 80, "hostPort": 80}]
        ),
        "pod-security-app-armor-profile": _bad_container(
            context, "appArmorProfile", value={"type": "Unconfined"}
        ),
        "pod-security-selinux-options": _bad_container(
            context, "seLinuxOptions", value={"user": "u"}
        ),
        "pod-security-proc-mount": _bad_pod("spec", "hostUsers", value=False),
        "pod-security-seccomp-profile-baseline": _bad_container(
            context, "seccompProfile", value={"type": "Unconfined"}
        ),
        "pod-security-sysctls": _bad_pod(
            "spec", context, "sysctls", value=[{"name": "kernel.msgmax", "value": "1"}]
        ),
        "pod-security-windows-host-process": wrapped("Pod", windows),
        "pod-security-host-probes-and-host-lifecycle": _bad_container(
            "readinessProbe", value=probe
        ),
        "pod-security-restricted-volumes": _volumes({"nfs": {"server": "a", "path": "/"}}),
        "pod-security-allow-privilege-escalation": _bad_container(
            context, "allowPrivilegeEscalation", value=None
        ),
        "pod-security-run-as-non-root": _bad_pod("spec", context, "runAsNonRoot", value=None),
        "pod-security-run-as-user": _bad_container(context, "runAsUser", value=0),
        "pod-security-seccomp-profile-restricted": _bad_pod(
            "spec", context, "seccompProfile", value=None
        ),
        "pod-security-capabilities-restricted": _bad_container(
            context, "capabilities", value={"drop": ["KILL"]}
        ),
        "containers-request-cpu-and-memory": _bad_pod(
            "spec", "initContainers", value=[{"name": "init", "image": "a:1"}]
        ),
        "images-have-a-version": _bad_container("image", value="nginx:latest"),
        "images-have-a-digest": _bad_container("image", value="nginx:1"),
        "images-come-from-known-registries": _bad_container("image", value="ghcr.io/a:1"),
        "tokens-are-mounted-on-purpose": _bad_pod(
            "spec", "automountServiceAccountToken", value=None
        ),
        "service-accounts-mount-no-token": _bad(
            account(), "automountServiceAccountToken", value=True
        ),
        "pods-name-their-team": _bad_pod("metadata", "labels", value={"app": "probe"}),
        "namespaces-name-their-team": _bad(namespace(), *_LABELS, value={}),
        "team-namespaces-enforce-pod-security": _bad(
            namespace(), *_LABELS, pod_level, value="privileged"
        ),
        "services-are-no-load-balancers": _bad(service(), "spec", "type", value="LoadBalancer"),
        "services-take-no-node-ports": _bad(service(), "spec", "type", value="NodePort"),
        "services-claim-no-addresses": _bad(
            service(), "spec", "externalIPs", value=["203.0.113.7"]
        ),
        "network-policies-name-their-peers": _bad(
            network_policy(), "spec", "ingress", value=[{"ports": [{"port": 80}]}]
        ),
        "secrets-are-no-account-tokens": _bad(
            secret(), "type", value="kubernetes.io/service-account-token"
        ),
        "pods-take-no-system-priority": _bad_pod(
            "spec", "priorityClassName", value="system-node-critical"
        ),
        "platform-namespaces-state-pod-security": _bad(
            namespace(), *_LABELS, value={"ml-platform/namespace-class": "platform"}
        ),
        "roles-reach-no-kubelet": _bad_rule(resources=["nodes/proxy"]),
        "pods-stay-off-the-host-network": _bad_pod("spec", "hostNetwork", value=True),
        "roles-have-no-wildcards": _bad_rule(verbs=["get", "*"]),
        "roles-grant-no-escalation": _bad_rule(verbs=["impersonate"]),
        "roles-mint-no-tokens": _bad_rule(resources=["serviceaccounts/token"], verbs=["create"]),
        "cluster-admin-is-not-bound": _bad(
            binding("ClusterRoleBinding"), "roleRef", "name", value="cluster-admin"
        ),
        "bindings-name-somebody": _bad(
            binding("RoleBinding"),
            "subjects",
            value=[{"apiGroup": _RBAC, "kind": "Group", "name": "system:authenticated"}],
        ),
    }
    unmasked = deepcopy(bad["pod-security-proc-mount"])
    unmasked["spec"]["containers"][0][context]["procMount"] = "Unmasked"
    bad["pod-security-proc-mount-restricted"] = unmasked
    bad["containers-limit-memory"] = bad["containers-request-cpu-and-memory"]
    bad["pods-take-no-host-ports"] = bad["pod-security-host-ports"]
    bad["nothing-lives-in-the-default-namespace"] = wrapped("Job", pod())
    families = {"Pod": "pod", **dict.fromkeys(WORKLOADS, "template")}
    return {
        name: Case(
            family=families.get(manifest["kind"], "object"), manifest=manifest, changes=(name,)
        )
        for name, manifest in bad.items()
    }
