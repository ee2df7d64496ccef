"""Findings that somebody answers for until a day: the entries of `waivers.yaml`."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator

from assurance.graph.intent_json import waivers_to_json
from assurance.graph.values import Waiver
from providers.config.scalars import StackName, text
from providers.config.section import Section

_FINDING = "a finding as mlp prove prints it, such as 'isolation/host-network: *'"
_DAY = "a day such as '2027-01-31'"


def _day(value: str) -> str:
    try:
        date.fromisoformat(value)
    except ValueError:
        message = f"expected {_DAY}"
        raise ValueError(message) from None
    return value


Words = Annotated[str, *text(r"\S(?:.*\S)?", 500, "a few words")]


class WaiverConfig(Section):
    """One finding, or several alike, that do not count until a day."""

    stack: StackName
    """Whose finding it is."""
    finding: Annotated[
        str,
        *text(
            r"[a-z*][a-z-]*/[a-z*-]+: .*\S",
            500,
            _FINDING,
            "isolation/host-network: fraud/Deployment api",
        ),
    ]
    """What is waived: the finding's rule and subject, as `mlp prove` prints them."""
    owner: Words
    """Who answers for it."""
    reason: Words
    """Why, for whoever reads the report."""
    expires: Annotated[str, *text(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", 10, _DAY), AfterValidator(_day)]
    """Its last day, in quotes; from the next on the finding counts again."""

    def waiver(self) -> Waiver:
        """As proofs know it."""
        expires = date.fromisoformat(self.expires)
        return Waiver(finding=self.finding, owner=self.owner, reason=self.reason, expires=expires)


def stated(configs: Iterable[WaiverConfig]) -> dict[str, Any]:
    """The intent of a component that states waivers."""
    return waivers_to_json(config.waiver() for config in configs)
