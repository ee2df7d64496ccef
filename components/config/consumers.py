"""What each key of the stack file becomes, and who makes that of it."""

from collections.abc import Mapping

from components.config.faults import Path

_WORKLOAD = ("teams", "*", "workloads", "*")
_MODEL = ("teams", "*", "models", "*")
_CLUSTER = ("platform", "cluster")
_GRANT = "a grant: who each workload is in the cloud, and what it may do there"

CONSUMERS: Mapping[Path, str] = {
    ("platform",): "providers and components: the cluster, and what stands on it",
    ("platform", "from_stack"): "a StackReference: that stack's outputs say what the platform is",
    ("platform", "teams"): "the defaults of every team's limits",
    ("platform", "charts"): "helm: where every chart is fetched from before it is rendered",
    ("platform", "metrics"): "the chart metrics-server",
    ("platform", "gpu"): "the chart nvidia-device-plugin",
    ("platform", "certificates"): "the chart cert-manager, and those who sign",
    ("platform", "gateway"): "Envoy Gateway or NGINX Gateway Fabric as charts, and one Gateway",
    ("platform", "gateway", "tokens"): "SecurityPolicies of routes that ask for a token",
    ("platform", "dns"): "the chart external-dns, and its rights on the zone",
    ("platform", "serving"): "the charts of KServe, and the runtime that models are served by",
    ("platform", "security", "guardrails"): "ValidatingAdmissionPolicies and their bindings",
    ("platform", "object_store"): "buckets in the cloud, and the endpoint platform.object-store",
    ("platform", "database"): "a database in the cloud, and the endpoint platform.database",
    ("platform", "cache"): "a cache in the cloud, and the endpoint platform.cache",
    ("platform", "registry"): "image repositories in the cloud, which nodes pull from",
    _CLUSTER: "the Kubernetes provider, and the facts that components and proofs go by",
    (*_CLUSTER, "context"): "the Kubernetes provider",
    (*_CLUSTER, "simulated"): "mlp up: it starts and stops this control plane",
    (*_CLUSTER, "pools"): "placement of workloads, the capacity proof, a sandbox's nodes",
    (*_CLUSTER, "networks"): "subnets, and the address plan that policies and proofs go by",
    (*_CLUSTER, "public_from"): "who reaches the Kubernetes API and the registry from outside",
    (*_CLUSTER, "admins"): "assignments of the cluster's administrator role",
    (*_CLUSTER, "login"): "the kubeconfig",
    (*_CLUSTER, "zone"): "a public DNS zone, and rights on it",
    (*_CLUSTER, "protected"): "locks in the cloud, and Pulumi's `protect`",
    (*_CLUSTER, "storage_class"): "PersistentVolumeClaims that name no class",
    (*_CLUSTER, "addresses"): "NetworkPolicies: DNS is allowed, `internet` leaves these out",
    (*_CLUSTER, "endpoints"): "needs: cluster.<name>, and NetworkPolicies towards it",
    ("teams",): "a Namespace for each, with everything that belongs to the team",
    ("teams", "*", "members"): "RoleBindings to the team roles",
    ("teams", "*", "pod_security"): "the Namespace's Pod Security labels, pods' security contexts",
    ("teams", "*", "quota"): "the team's ResourceQuota",
    ("teams", "*", "containers"): "the team's LimitRange",
    ("teams", "*", "open_within"): "the team's NetworkPolicies",
    ("teams", "*", "ready_within"): "the readiness gate of the team's workloads",
    ("teams", "*", "needs"): "NetworkPolicies: out of the team, and into what it needs",
    ("teams", "*", "needs", "bucket"): _GRANT,
    ("teams", "*", "needs", "access"): _GRANT,
    ("teams", "*", "needs", "prefix"): _GRANT,
    (*_WORKLOAD, "needs", "bucket"): _GRANT,
    (*_WORKLOAD, "needs", "access"): _GRANT,
    (*_WORKLOAD, "needs", "prefix"): _GRANT,
    ("teams", "*", "manifests"): "objects in the team's namespace, as they are",
    ("teams", "*", "budget"): "the team's intent, on record: nothing is priced yet",
    (
        "teams",
        "*",
        "workloads",
    ): "a Deployment, StatefulSet, Job or CronJob, and its ServiceAccount",
    (*_WORKLOAD, "needs"): "NetworkPolicies: out of the workload, and into what it needs",
    (*_WORKLOAD, "ports"): "the container's ports and a Service",
    (*_WORKLOAD, "route"): "an HTTPRoute, its policies, and NetworkPolicies for the way there",
    (*_WORKLOAD, "published"): "the endpoint team.<team>.<workload>",
    (*_WORKLOAD, "replicas"): "the number of pods, a HorizontalPodAutoscaler, a disruption budget",
    (*_WORKLOAD, "volumes"): "the pod's volumes, PersistentVolumeClaims",
    (*_WORKLOAD, "env"): "the container's environment",
    (*_WORKLOAD, "resources"): "the container's requests and limits",
    (*_WORKLOAD, "probes"): "the container's probes",
    (*_WORKLOAD, "priority"): "the pod's PriorityClass",
    (*_WORKLOAD, "pool"): "the pod's node selector and tolerations",
    (*_WORKLOAD, "owner"): "whether Pulumi writes the workload object",
    ("teams", "*", "models"): "InferenceServices, a ServiceAccount, and the way to them",
    (*_MODEL, "storage"): "what a pod fetches before it serves, a grant, and NetworkPolicies",
    (*_MODEL, "traffic"): "weights of the model's HTTPRoute",
    ("waivers",): "the intent that proofs read: what these name does not count until its day",
    ("secrets",): "Secrets in the team's namespace",
    ("kubeconfig",): "the Kubernetes provider",
}
"""By key, `*` for a name; a key that is not listed goes where the one above it goes."""


def consumer(path: Path) -> str:
    """What a key becomes."""
    plain = tuple(step for step in path if isinstance(step, str))
    for length in range(len(plain), 0, -1):
        for pattern, words in CONSUMERS.items():
            if len(pattern) == length and all(
                want in ("*", have) for want, have in zip(pattern, plain, strict=False)
            ):
                return words
    return ""
