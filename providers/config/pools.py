"""Nodes, by pool."""

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import Field, model_validator

from assurance.graph.values import Pool, Shape, Taint, bytes_of, millicores_of
from providers.config.scalars import Bytes, Cpu, Flag, LabelKey, LabelValue, Whole
from providers.config.section import MisfitError, Section

Labels = Mapping[LabelKey, LabelValue]


class TaintConfig(Section):
    """A taint that the pool's nodes carry."""

    key: LabelKey
    """What pods have to tolerate."""
    value: LabelValue = ""
    """Its value, if any."""
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] = "NoSchedule"
    """What befalls a pod that does not."""

    def taint(self) -> Taint:
        """The same as a value."""
        return Taint(key=self.key, value=self.value, effect=self.effect)


class PoolConfig(Section):
    """Nodes of one shape; what they offer to pods, after the system's own share."""

    cpu: Cpu
    """Cores of one node."""
    memory: Bytes
    """Bytes of one node."""
    disk: Bytes | None = None
    """Bytes of one node's own disk; if left out, nobody counts them."""
    pods: Whole = Field(default=110, ge=1)
    """Pods that one node takes."""
    gpu: Whole = Field(default=0, ge=0)
    """GPUs of one node."""
    gpu_type: LabelKey = "nvidia.com/gpu"
    """The resource under which pods ask for them."""
    min: Whole = Field(default=1, ge=0)
    """Nodes that are always there."""
    max: Whole | None = Field(default=None, ge=0)
    """At most this many nodes; `min` if left out."""
    zones: tuple[LabelValue, ...] = ()
    """Where its nodes stand."""
    labels: Labels = {}
    """What its nodes carry besides `ml-platform/pool`."""
    taints: tuple[TaintConfig, ...] = ()
    """What keeps other pods away."""
    spot: Flag = False
    """Whether its nodes may be taken away at short notice."""

    @model_validator(mode="after")
    def _bounds(self) -> Self:
        if self.max is not None and self.max < self.min:
            message = f"expected at least min ({self.min}), got {self.max}"
            raise MisfitError(message, "max")
        return self

    def pool(self, name: str) -> Pool:
        """The same as a value."""
        return Pool(
            name=name,
            shape=Shape(
                cpu=millicores_of(self.cpu),
                memory=bytes_of(self.memory),
                pods=self.pods,
                gpu=self.gpu,
                gpu_type=self.gpu_type if self.gpu else None,
                storage=bytes_of(self.disk) if self.disk is not None else 0,
            ),
            min=self.min,
            max=self.min if self.max is None else self.max,
            zones=self.zones,
            labels={"ml-platform/pool": name, **self.labels},
            taints=tuple(taint.taint() for taint in self.taints),
            spot=self.spot,
        )
