"""What is measured, beside what is wanted of it; pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Ratio:
    """One number of one run, and the most that it should be."""

    what: str
    value: float
    goal: float
    unit: str
    how: str = ""
    """The numbers that it comes from."""

    @property
    def met(self) -> bool:
        """Whether the goal is met, on this machine, this time."""
        return self.value <= self.goal


def table(ratios: Iterable[Ratio]) -> Iterator[str]:
    """One line for each."""
    for ratio in ratios:
        mark = " " if ratio.met else "!"
        value = f"{ratio.value:.2f} {ratio.unit}"
        goal = f"{ratio.goal:g} {ratio.unit}"
        yield f"{mark} {ratio.what:<48} {value:>10}  goal {goal:<8} {ratio.how}".rstrip()
