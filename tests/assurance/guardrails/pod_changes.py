"""What may be otherwise in a pod: one field off, or extreme."""

from collections.abc import Callable
from copy import deepcopy
from random import Random
from typing import Any

from tests.assurance.guardrails.placements import TOLERATED, affinities
from tests.assurance.guardrails.samples import DIGEST, TEAM, Manifest

Change = Callable[[Random, Manifest], None]


def _some_container(rng: Random, made: Manifest) -> Manifest:
    spec = made["spec"]
    return rng.choice([*spec.get("initContainers", []), *spec["containers"]])


def _of_container(*steps: str, values: tuple[Any, ...]) -> Change:
    return lambda rng, made: put(_some_container(rng, made), steps, deepcopy(rng.choice(values)))


def of_pod(*steps: str, values: tuple[Any, ...]) -> Change:
    return lambda rng, made: put(made, steps, deepcopy(rng.choice(values)))


def put(target: Manifest, steps: tuple[str, ...], value: Any) -> None:
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
            put(made, ("spec", "securityContext", *steps), deepcopy(rng.choice(values)))
        if where != "pod":
            security = ("securityContext", *steps)
            put(_some_container(rng, made), security, deepcopy(rng.choice(values)))

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


def windows_pod(rng: Random, made: Manifest) -> None:
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


def _node(rng: Random, made: Manifest) -> None:
    """Of its own choice, of nobody's, or as a static pod's copy says."""
    made["spec"]["nodeName"] = rng.choice(("gpu-0", "gpu-0", ""))
    if rng.random() < 0.3:
        made["metadata"]["annotations"]["kubernetes.io/config.mirror"] = "0a1b"


def _token(rng: Random, made: Manifest) -> None:
    put(made, ("spec", "automountServiceAccountToken"), rng.choice((True, None, False)))
    put(made, ("spec", "serviceAccountName"), rng.choice(("default", None, "worker", "worker")))


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
    "sysctl": of_pod(
        "spec",
        "securityContext",
        "sysctls",
        values=tuple([{"name": one, "value": "1"}] for one in SYSCTLS),
    ),
    "probe": _probe,
    "windows": windows_pod,
    "user namespace": _user_namespace,
    "root": _of_both("runAsUser", values=(0, 1000, None)),
    "maybe root": _of_both("runAsNonRoot", values=(True, False, None)),
    "no security context": _no_context,
    "image": _of_container("image", values=IMAGES),
    "token": _token,
    "requests": _of_container("resources", "requests", values=(None, {}, {"cpu": "1"}, _AMOUNTS)),
    "limits": _of_container("resources", "limits", values=(None, {}, {"cpu": "1"}, _AMOUNTS)),
    "amounts of the pod": _pod_amounts,
    "priority": of_pod(
        "spec",
        "priorityClassName",
        values=("system-node-critical", "ml-platform", "ml-platform-batch", ""),
    ),
    "affinity": of_pod("spec", "affinity", values=tuple(affinities())),
    "tolerations": of_pod(
        "spec",
        "tolerations",
        values=tuple([{"operator": "Exists", **said}] for said in TOLERATED),
    ),
    "node": _node,
    "team label": of_pod("metadata", "labels", TEAM, values=(None, "other")),
}
