"""The five servers of a sandbox and how each is told to behave. Pure but for the paths they name.

Only the API server listens on a port, on the loopback address; etcd is reached through a socket in
a directory that nobody else may enter, and the controllers do not serve at all. Durability that a
throw-away cluster does not need is off, and limits that protect a shared cluster from its clients
are lifted.
"""

from collections.abc import Mapping
from pathlib import Path

from operations.errors import UserError
from operations.sandbox.layout import Layout
from operations.sandbox.processes import Program
from operations.sandbox.record import HOST, Record

ETCD = "etcd"
API_SERVER = "kube-apiserver"
CONTROLLER_MANAGER = "kube-controller-manager"
SCHEDULER = "kube-scheduler"
KWOK = "kwok"
TOOLS = (ETCD, API_SERVER, CONTROLLER_MANAGER, SCHEDULER, KWOK)
"""The programs that a sandbox needs, in the order in which they start; they stop in reverse."""

STAGES = Path(__file__).absolute().with_name("stages.yaml")
PROVISIONER = "sandbox.ml-platform/volumes"
"""The simulated volume provisioner; stages.yaml answers to this name."""

_FAST = ("--kube-api-qps=1000", "--kube-api-burst=2000")
"""Without this, 50 Deployments take twice as long; more workers each made no difference."""


def program(name: str, layout: Layout, record: Record, tools: Mapping[str, Path]) -> Program:
    """One server, ready to be started."""
    if name not in tools:
        message = f"the sandbox needs {name}, which is not among the tools: {', '.join(tools)}"
        raise UserError(message)
    flags = {
        ETCD: _etcd,
        API_SERVER: _api_server,
        CONTROLLER_MANAGER: _controller_manager,
        SCHEDULER: _scheduler,
        KWOK: _kwok,
    }[name]
    return Program(
        name=name,
        command=(tools[name].absolute(), *flags(layout, record)),
        environment={"HOME": str(layout.run)},
    )


def _etcd(_layout: Layout, _record: Record) -> list[str]:
    """Socket names are relative to the working directory: a long path would not fit in one."""
    return [
        "--name=sandbox",
        "--data-dir=../data",
        "--listen-client-urls=unix://etcd.sock",
        "--advertise-client-urls=unix://etcd:0",
        "--listen-peer-urls=unix://peer:0",
        "--initial-advertise-peer-urls=unix://peer:0",
        "--initial-cluster=sandbox=unix://peer:0",
        "--unsafe-no-fsync",
        "--heartbeat-interval=20",
        "--election-timeout=200",
        "--log-level=warn",
    ]


def _api_server(layout: Layout, record: Record) -> list[str]:
    """Webhooks stay off: those of a chart would point at simulated pods."""
    return [
        "--etcd-servers=unix://etcd.sock",
        f"--bind-address={HOST}",
        f"--advertise-address={HOST}",
        f"--secure-port={record.port}",
        f"--cert-dir={layout.credentials}",
        f"--token-auth-file={layout.tokens}",
        "--anonymous-auth=false",
        "--authorization-mode=Node,RBAC",
        f"--service-account-key-file={layout.key}",
        f"--service-account-signing-key-file={layout.key}",
        "--service-account-issuer=https://kubernetes.default.svc",
        f"--service-cluster-ip-range={record.services}",
        "--endpoint-reconciler-type=none",
        "--disable-admission-plugins=MutatingAdmissionWebhook,ValidatingAdmissionWebhook",
        "--allow-privileged=true",
        "--enable-priority-and-fairness=false",
        "--max-requests-inflight=4000",
        "--max-mutating-requests-inflight=2000",
        "--etcd-count-metric-poll-period=0",
        "--etcd-db-metric-poll-interval=0",
        "--profiling=false",
    ]


def _controller_manager(layout: Layout, _record: Record) -> list[str]:
    return [
        f"--kubeconfig={layout.kubeconfig_of('controller-manager')}",
        "--secure-port=0",
        "--leader-elect=false",
        "--use-service-account-credentials=true",
        f"--service-account-private-key-file={layout.key}",
        f"--root-ca-file={layout.certificate}",
        "--controllers=*,-nodeipam,-bootstrapsigner,-tokencleaner",
        *_FAST,
        "--profiling=false",
    ]


def _scheduler(layout: Layout, _record: Record) -> list[str]:
    return [
        f"--kubeconfig={layout.kubeconfig_of('scheduler')}",
        "--secure-port=0",
        "--leader-elect=false",
        *_FAST,
        "--profiling=false",
    ]


def _kwok(layout: Layout, record: Record) -> list[str]:
    return [
        f"--kubeconfig={layout.kubeconfig_of('kwok')}",
        f"--config={STAGES}",
        "--manage-all-nodes=true",
        f"--cidr={record.pods}",
        "--node-lease-duration-seconds=40",
        "--v=WARN",
    ]
