"""Where charts come from: the `charts` section, and what that means for one pin."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from pydantic import Field, model_validator

from providers.config.scalars import DnsLabel
from providers.config.section import MisfitError, Section


class Source(StrEnum):
    """How a stack comes by its charts."""

    UPSTREAM = "upstream"
    """From the repositories that the charts' makers keep."""
    MIRROR = "mirror"
    """From one registry of your own that has them all."""
    DIRECTORY = "directory"
    """From a folder of packaged charts, for a network without any of the others."""
    SIMULATED = "simulated"
    """From nowhere: what is expected of each chart is registered in its place. Sandboxes only."""


class ChartsConfig(Section):
    """Where charts come from. Which ones, and which versions, is code and not configuration."""

    source: Source = Source.UPSTREAM
    """`upstream`, `mirror`, `directory` or, in a sandbox, `simulated`."""
    mirror: str | None = Field(
        default=None, pattern=r"^(oci|https)://\S+$", examples=["oci://registry.example.com/charts"]
    )
    """The registry or index that has every chart, for `source: mirror`."""
    directory: str | None = Field(default=None, min_length=1, examples=["charts"])
    """The folder with `<chart>-<version>.tgz`, from the stack file's own, for that source."""

    values: Mapping[DnsLabel, Mapping[str, Any]] = Field(
        default={}, examples=[{"metrics-server": {"replicas": 2}}]
    )
    """Values of your own for a chart, by its release's name; they win over the platform's."""
    registry: str | None = Field(
        default=None,
        pattern=r"^[a-z0-9.-]+(:[0-9]+)?(/[a-z0-9._/-]+)?$",
        examples=["registry.example.com/mirror"],
    )
    """Where charts' images come from in place of their own registries; their paths stay."""

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        places = {Source.MIRROR: self.mirror, Source.DIRECTORY: self.directory}
        for source, place in places.items():
            if self.source is source and place is None:
                message = f"expected where the charts are, as source is {source}"
                raise MisfitError(message, source.value)
            if self.source is not source and place is not None:
                message = f"expected source: {source} beside it, got source: {self.source}"
                raise MisfitError(message, source.value)
        return self

    def folder(self, project: Path) -> Path | None:
        """The directory source's folder."""
        return None if self.directory is None else project / self.directory
