"""A team's model, as the stack file spells it."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from components.storage.section import OBJECT_STORE, BucketName, Prefix
from components.tenancy.needs_section import NeedConfig
from components.tenancy.workloads.route_section import AccessConfig
from components.tenancy.workloads.scalars import UrlPath
from components.tenancy.workloads.section import Replicas, ReplicasConfig, ResourcesConfig
from providers.config.scalars import DnsLabel, Whole, text
from providers.config.section import MisfitError, Section

ModelName = Annotated[
    str,
    *text(
        r"[a-z](?:[-a-z0-9]*[a-z0-9])?",
        40,
        "a name of at most 40 of a-z, 0-9 and -, beginning with a letter",
        "spam",
        simple=True,
    ),
]
"""Still fits once an environment and KServe's own word stand behind it."""

ModelVersion = Annotated[
    str,
    *text(
        r"[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?",
        63,
        "a version: letters, digits and, between them, -, _ and .",
        "1.4.0",
    ),
]
"""The last folder on the way to the model, and a label of its pods."""

ModelUri = Annotated[
    str,
    *text(
        r"(?:s3|gs|hf|https)://[A-Za-z0-9][-A-Za-z0-9_.:]*(?:/[-A-Za-z0-9_.=@+]+)*/?",
        1024,
        "where a model lies: s3://, gs://, hf:// or https://",
        "hf://example/spam",
    ),
]
"""Somewhere on the internet that asks for no password."""

PRODUCTION, STAGING = "production", "staging"
Environment = Literal["staging", "production"]
_ALL = 100


class StoredConfig(Section):
    """Where a model lies: in a bucket of the platform's, or somewhere on the internet."""

    bucket: BucketName | None = None
    """One of the object store's buckets, from which it is read."""
    path: Prefix | None = None
    """Below the team's own part of the bucket; the model's name if left out."""
    uri: ModelUri | None = None
    """In place of a bucket; the model's pods may then reach the internet."""

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.bucket is None) == (self.uri is None):
            got = "neither" if self.bucket is None else "both"
            message = f"expected a bucket or a uri, got {got}"
            raise ValueError(message)
        if self.uri is not None and self.path is not None:
            message = f"expected a bucket beside it, got {self.path} beside a uri"
            raise MisfitError(message, "path")
        return self


class EnvironmentConfig(Section):
    """The same model for one purpose."""

    version: ModelVersion | None = None
    """Another version than the model's own, as when the next one is tried."""

    replicas: Replicas = ReplicasConfig()
    """How many pods."""

    @model_validator(mode="after")
    def _never_none(self) -> Self:
        if self.replicas.min < 1:
            message = "expected at least 1, got 0: KServe's Standard mode keeps one pod in any case"
            raise MisfitError(message, "replicas")
        return self


class StagingConfig(EnvironmentConfig):
    """For trying things out."""

    replicas: Replicas = ReplicasConfig(min=1, max=3)
    """How many pods; from 1 to 3 if left out."""


class ProductionConfig(EnvironmentConfig):
    """For those who rely on it."""

    replicas: Replicas = ReplicasConfig(min=2, max=10)
    """How many pods; from 2 to 10 if left out."""


class TrafficConfig(Section):
    """Percent of the requests that name no environment."""

    staging: Whole = Field(default=0, ge=0, le=_ALL)
    """Those that try out what is in staging."""
    production: Whole = Field(default=_ALL, ge=0, le=_ALL)
    """All others."""

    @model_validator(mode="after")
    def _all(self) -> Self:
        if self.staging + self.production != _ALL:
            got = self.staging + self.production
            message = f"expected {_ALL} percent in all, got {got}"
            raise ValueError(message)
        return self


class ModelRouteConfig(AccessConfig):
    """Where the gateway answers for a model, and whom it lets in."""

    path: UrlPath | None = None
    """What paths there begin with, which the model does not see; `/models/<team>/<model>`."""


class ModelConfig(Section):
    """A model, served to staging and to production by requests' header X-Environment."""

    version: ModelVersion
    """The folder below `storage` that holds it: Triton's `<model>/1/model.onnx`."""
    storage: StoredConfig
    """Where it lies."""
    runtime: Literal["triton-onnx"] = "triton-onnx"
    """What serves it."""
    resources: ResourcesConfig = ResourcesConfig(cpu="500m", memory="1Gi", disk="1Gi")
    """What each pod asks for; limits are twice that where none are said."""
    pool: DnsLabel | None = None
    """Run only on this pool, and tolerate its taints."""
    staging: StagingConfig = StagingConfig()
    """For trying things out."""
    production: ProductionConfig = ProductionConfig()
    """For those who rely on it."""
    route: ModelRouteConfig | None = None
    """Where the gateway answers for it; left out, it is reached from within the team alone."""
    traffic: TrafficConfig = TrafficConfig()
    """Who answers requests of the route that name no environment."""

    def environments(self) -> tuple[tuple[Environment, EnvironmentConfig], ...]:
        """Each by its name."""
        return (("staging", self.staging), ("production", self.production))

    def needs_of(self, team: str, name: str) -> tuple[NeedConfig, ...]:
        """What its pods must reach to be able to start."""
        if self.storage.bucket is None:
            return (NeedConfig(to="internet"),)
        prefix = f"{team}/{self.folder(name)}"
        return (NeedConfig(to=OBJECT_STORE, bucket=self.storage.bucket, prefix=prefix),)

    def folder(self, name: str) -> str:
        """Below the team's part of the bucket, ending in a slash."""
        return self.storage.path or f"{name}/"
