"""Where two values differ, part by part."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from assurance.graph.resource import Marker, Secret
from assurance.graph.values import dotted

Path = tuple[str | int, ...]
Same = Callable[[Path, Any, Any], bool]


class _Absent(Enum):
    """Stands where there is no value."""

    ABSENT = "absent"


ABSENT: Final = _Absent.ABSENT


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One part that was another one."""

    path: Path
    before: Any
    """`ABSENT` if it is new."""
    after: Any
    """`ABSENT` if it is gone."""

    @property
    def certain(self) -> bool:
        """Whether both are known; what the cluster decides may turn out to be the same."""
        return not (isinstance(self.before, Marker) or isinstance(self.after, Marker))

    def __str__(self) -> str:
        """The path, as people write it."""
        return dotted(self.path)


def equal(_path: Path, before: Any, after: Any) -> bool:
    """The same JSON: `1` is `1.0`, but not `true`."""
    return isinstance(before, bool) == isinstance(after, bool) and bool(before == after)


def differences(before: Any, after: Any, same: Same = equal) -> Iterator[Difference]:
    """Every part that differs, none above one that is told; nothing is the same as null."""
    yield from _between((), _known(before), _known(after), same)


def _between(path: Path, before: Any, after: Any, same: Same) -> Iterator[Difference]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted({*before, *after}):
            one, other = (_known(each.get(key, ABSENT)) for each in (before, after))
            yield from _between((*path, key), one, other, same)
    elif isinstance(before, list | tuple) and isinstance(after, list | tuple):
        for index in range(max(len(before), len(after))):
            one, other = (
                _known(each[index]) if index < len(each) else ABSENT for each in (before, after)
            )
            yield from _between((*path, index), one, other, same)
    elif _sealed(before) and _sealed(after):
        return  # whether they are the same, nobody can see
    elif not same(path, before, after):
        yield Difference(path=path, before=before, after=after)


def _sealed(value: Any) -> bool:
    return isinstance(value, Secret | Marker)


def _known(value: Any) -> Any:
    return ABSENT if value is None else value
