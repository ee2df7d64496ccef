"""Tables over several stacks: what is alike in them is said once."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from operations.component_pages.described import Described
from operations.keys import cell

Row = tuple[str, ...]
_NOTHING = "none"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Nothing where there is no row."""
    lines = [f"| {' | '.join(map(cell, row))} |" for row in rows]
    if lines:
        yield from (f"| {' | '.join(head)} |", "|" + "---|" * len(head), *lines, "")


def gathered(
    head: Sequence[str], stacks: Sequence[Described], rows: Callable[[Described], Iterable[Row]]
) -> Iterator[str]:
    """Each row once; where it is not so in every stack, with the stacks in which it is."""
    where: dict[Row, list[str]] = {}
    for each in stacks:
        for row in dict.fromkeys(rows(each)):
            where.setdefault(row, []).append(each.stack)
    if all(len(names) == len(stacks) for names in where.values()):
        yield from table(head, where)
    else:
        told = ((*row, ", ".join(names)) for row, names in where.items())
        yield from table((*head, "in"), told)


def side_by_side(
    label: str,
    stacks: Sequence[Described],
    cells: Callable[[Described], Mapping[str, str]],
    last: str = "",
) -> Iterator[str]:
    """A row for each thing and a column for each stack; stacks that agree share theirs."""
    told = {each.stack: cells(each) for each in stacks}
    found = dict.fromkeys(name for column in told.values() for name in column)
    names = sorted(found, key=lambda name: name == last)
    columns: dict[Row, list[str]] = {}
    for stack, column in told.items():
        content = tuple(column.get(name, _NOTHING) for name in names)
        columns.setdefault(content, []).append(stack)
    head = (label, *(", ".join(stacks) for stacks in columns.values()))
    rows = zip(names, *columns, strict=True)
    yield from table(head, rows)
