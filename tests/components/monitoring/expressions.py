"""Every expression that Prometheus is asked, read by a parser that is not ours."""

from collections.abc import Iterator
from dataclasses import dataclass

import promql_parser

from components.monitoring.alerts import GROUPS
from components.monitoring.dashboards import DASHBOARDS
from components.monitoring.rules import expression

VARIABLES = {
    "$__rate_interval": "5m",
    "$namespace": "fraud",
    "$model": "spam",
    "$node": "node-1",
}
"""What a reader of a dashboard chooses."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """An expression, and who asks."""

    by: str
    text: str


def every() -> Iterator[Asked]:
    for group in GROUPS:
        for rule in group.rules:
            yield Asked(by=f"rule {rule.name}", text=expression(rule))
    for board in DASHBOARDS:
        for panel in board.panels:
            for query in panel.queries:
                yield Asked(by=f"{board.name}: {panel.title}", text=chosen(query.expr))
        for variable in board.variables:
            yield Asked(by=f"{board.name}: ${variable.name}", text=chosen(variable.expr))


def chosen(text: str) -> str:
    for name, value in VARIABLES.items():
        text = text.replace(name, value)
    return text


def metrics(text: str) -> set[str]:
    """The names of the metrics that an expression reads."""
    found: set[str] = set()

    def note(expr: promql_parser.Expr) -> bool:
        selector = expr.vector_selector if isinstance(expr, promql_parser.MatrixSelector) else expr
        if isinstance(selector, promql_parser.VectorSelector) and selector.name:
            found.add(selector.name)
        return True

    promql_parser.walk(promql_parser.parse(text), note)
    return found
