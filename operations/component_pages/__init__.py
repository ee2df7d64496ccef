"""A page about each component: `docs/components`, made from the models and the stacks."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from components.config import PlatformConfig
from operations.component_pages.cluster import cluster_page
from operations.component_pages.described import Described, described
from operations.component_pages.section import MADE, about, section_page
from operations.component_pages.tables import table

__all__ = ["Described", "described", "pages", "sections"]

_INTRODUCTION = f"""\
# Components

{MADE}

A page for each section of the stack file that brings something. The stacks that it speaks of are
those of this project: `dev` and `sandbox` for a machine of your own, the others for clouds. Keys of
all other sections: [docs/config.md](../config.md). Rules that hold for all of them:
[docs/guardrails.md](../guardrails.md).
"""
_CLUSTER = PlatformConfig.model_fields["cluster"].description or ""


def sections() -> tuple[str, ...]:
    """Those that may be left out: a section that is there is a component that exists."""
    fields = PlatformConfig.model_fields.items()
    return tuple(name for name, field in fields if field.default is None)


def pages(described_stacks: Iterable[Described]) -> Mapping[str, str]:
    """By file name."""
    stacks = sorted(described_stacks, key=lambda each: each.stack)
    told = {f"{name}.md": section_page(name, stacks) for name in sections()}
    return {
        "README.md": "\n".join(_contents(stacks)),
        "cluster.md": cluster_page(stacks),
        **told,
    }


def _contents(stacks: Sequence[Described]) -> Iterator[str]:
    yield _INTRODUCTION
    rows = [("[cluster](cluster.md)", _CLUSTER, _all(stacks))]
    for name in sections():
        there = [each for each in stacks if getattr(each.config, name) is not None]
        rows.append((f"[{name}]({name}.md)", about(name).split("\n\n")[0], _all(there)))
    yield from table(("section", "what it is", "in"), rows)


def _all(stacks: Sequence[Described]) -> str:
    return ", ".join(each.stack for each in stacks) or "no stack of this project"
