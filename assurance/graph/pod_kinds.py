"""Which kinds carry pod templates, where, and what says how many: data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Path = tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PodKind:
    """Where one kind keeps a pod template, and its numbers."""

    template: Path
    """Path to the template; `*` stands for each item."""
    bare: bool = False
    """The pod's spec itself stands there, without metadata."""
    base: int = 0
    """How many steps of that path lead to where the paths below start."""
    low: Path = ("spec", "replicas")
    high: Path = ("spec", "replicas")
    default: tuple[int, int | None] = (1, 1)
    """How few and how many where nothing is said; None is without bound."""
    counting: Literal["replicas", "job", "cron", "nodes"] = "replicas"
    job: Path = ("spec",)
    """Path to a Job's spec, for `job` and `cron`."""
    times: Path = ()
    """Path to a number of such Jobs."""
    container: str = ""
    """Its controller makes pods of one container from what stands there: the container's name."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """What its controller adds to the pods' labels; `{name}` is the owner's name."""


_ONE = PodKind(template=("spec", "template"), low=("none",), high=("none",))
_REPLICAS = PodKind(template=("spec", "template"))
_OF_EACH_ROLE = PodKind(
    template=("spec", "*", "*", "template"), base=3, low=("replicas",), high=("replicas",)
)
"""Kubeflow's training jobs: `spec.<framework>ReplicaSpecs.<role>.{replicas, template}`."""


def _kserve(part: str) -> PodKind:
    return PodKind(
        template=("spec", part),
        bare=True,
        base=2,
        low=("minReplicas",),
        high=("maxReplicas",),
        default=(1, None),
        labels={
            "app": f"isvc.{{name}}-{part}",
            "component": part,
            "serving.kserve.io/inferenceservice": "{name}",
        },
    )


def _ray(*place: str) -> tuple[PodKind, PodKind]:
    head = PodKind(template=(*place, "headGroupSpec", "template"), low=("none",), high=("none",))
    workers = PodKind(
        template=(*place, "workerGroupSpecs", "*", "template"),
        base=len(place) + 2,
        low=("minReplicas",),
        high=("maxReplicas",),
        default=(0, None),
    )
    return head, workers


KINDS: dict[tuple[str, str], tuple[PodKind, ...]] = {
    ("", "Pod"): (PodKind(template=(), low=("none",), high=("none",)),),
    ("", "PodTemplate"): (),
    ("", "ReplicationController"): (_REPLICAS,),
    ("apps", "ControllerRevision"): (),
    ("apps", "DaemonSet"): (PodKind(template=("spec", "template"), counting="nodes"),),
    ("apps", "Deployment"): (_REPLICAS,),
    ("apps", "ReplicaSet"): (_REPLICAS,),
    ("apps", "StatefulSet"): (_REPLICAS,),
    ("argoproj.io", "Rollout"): (_REPLICAS,),
    ("batch", "CronJob"): (
        PodKind(
            template=("spec", "jobTemplate", "spec", "template"),
            counting="cron",
            job=("spec", "jobTemplate", "spec"),
        ),
    ),
    ("batch", "Job"): (PodKind(template=("spec", "template"), counting="job"),),
    ("jobset.x-k8s.io", "JobSet"): (
        PodKind(
            template=("spec", "replicatedJobs", "*", "template", "spec", "template"),
            base=3,
            counting="job",
            job=("template", "spec"),
            times=("replicas",),
        ),
    ),
    ("kubeflow.org", "MPIJob"): (_OF_EACH_ROLE,),
    ("kubeflow.org", "Notebook"): (_ONE,),
    ("kubeflow.org", "PyTorchJob"): (_OF_EACH_ROLE,),
    ("kubeflow.org", "TFJob"): (_OF_EACH_ROLE,),
    ("kubeflow.org", "XGBoostJob"): (_OF_EACH_ROLE,),
    ("kyverno.io", "ClusterPolicy"): (),
    ("kyverno.io", "Policy"): (),
    ("machinelearning.seldon.io", "SeldonDeployment"): (
        PodKind(
            template=("spec", "predictors", "*", "componentSpecs", "*"),
            base=3,
            low=("replicas",),
            high=("replicas",),
        ),
    ),
    ("mlops.seldon.io", "Server"): (PodKind(template=("spec", "podSpec"), bare=True),),
    ("networking.k8s.io", "NetworkPolicy"): (),
    ("postgresql.cnpg.io", "Cluster"): (
        PodKind(
            template=("spec",),
            bare=True,
            low=("spec", "instances"),
            high=("spec", "instances"),
            container="postgres",
            labels={"cnpg.io/cluster": "{name}", "cnpg.io/podRole": "instance"},
        ),
    ),
    ("postgresql.cnpg.io", "Database"): (),
    ("ray.io", "RayCluster"): _ray("spec"),
    ("ray.io", "RayJob"): _ray("spec", "rayClusterSpec"),
    ("ray.io", "RayService"): _ray("spec", "rayClusterConfig"),
    ("serving.kserve.io", "ClusterServingRuntime"): (),
    ("serving.kserve.io", "InferenceService"): (
        _kserve("predictor"),
        _kserve("transformer"),
        _kserve("explainer"),
    ),
    ("serving.kserve.io", "ServingRuntime"): (),
}
"""By group and kind; every version of a kind keeps its template in the same place.

A kind that is not here is searched for whatever looks like a pod's spec, and taken to start any
number of those.
"""
