"""The life of made-up words: made once, kept as they are, made anew with the next generation."""

from collections.abc import Iterable, Mapping
from typing import Any

from pulumi.dynamic import CreateResult, DiffResult, ResourceProvider, UpdateResult

from providers.credential import password

Props = dict[str, Any]


class WordsProvider(ResourceProvider):
    """Knows nothing between calls, so that its pickled form never changes."""

    serialize_as_secret_always = False

    def diff(self, _id: str, _olds: Props, _news: Props) -> DiffResult:
        """Whether another generation is asked for, or other words."""
        return DiffResult(changes=_asked(_olds) != _asked(_news))

    def create(self, props: Props) -> CreateResult:
        """Make up each word."""
        return CreateResult(id_="words", outs=_outputs(props, {}))

    def update(self, _id: str, _olds: Props, _news: Props) -> UpdateResult:
        """Make up all words of a new generation; of the same one, only those that are new."""
        same = _asked(_olds)[0] == _asked(_news)[0]
        return UpdateResult(_outputs(_news, _olds.get("values") or {} if same else {}))


def _asked(props: Mapping[str, Any]) -> tuple[int, list[str]]:
    """The engine's protocol turns whole numbers into floats."""
    return int(props["generation"]), sorted(props["names"])


def _outputs(props: Mapping[str, Any], kept: Mapping[str, str]) -> Props:
    generation, names = _asked(props)
    return {"generation": generation, "names": names, "values": _values(names, kept)}


def _values(names: Iterable[str], kept: Mapping[str, str]) -> dict[str, str]:
    return {name: kept.get(name) or password() for name in names}
