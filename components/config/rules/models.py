"""Models: each has something to serve it, a name of its own, a pool that exists."""

from collections.abc import Iterator

from components.config.draft import Draft
from components.config.faults import Problem
from components.config.models import PlatformConfig
from components.config.wording import one_of

_NO_SERVING = "expected platform.serving for it, got nothing; write platform.serving: {}"


def models_are_served(draft: Draft) -> Iterator[Problem]:
    """A stack of teams learns only from its platform whether models are served there."""
    if not isinstance(draft.platform, PlatformConfig) or not draft.whole("platform", "serving"):
        return
    if draft.platform.serving is None:
        for team, name, _ in draft.models():
            yield Problem(path=("teams", team, "models", name), message=_NO_SERVING)


def model_names_are_free(draft: Draft) -> Iterator[Problem]:
    """A model's name is its ServiceAccount's, as a workload's is."""
    for team, name, _ in draft.models():
        path = ("teams", team, "models", name)
        if name in draft.teams[team].workloads:
            message = f"expected another name, got {name}: a workload of the team has it"
            yield Problem(path=path, message=message)
        elif name == "default":
            message = f"expected another name, got {name}: every namespace has one already"
            yield Problem(path=path, message=message)


def model_pools_exist(draft: Draft) -> Iterator[Problem]:
    """A model's pool is one of the cluster's."""
    for team, name, model in draft.models() if draft.pools is not None else ():
        if model.pool is not None and model.pool not in (draft.pools or ()):
            message = one_of(draft.pools or (), model.pool, of="the cluster's pools")
            yield Problem(path=("teams", team, "models", name, "pool"), message=message)
