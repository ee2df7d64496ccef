"""The base of all configuration models."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A closed, immutable part of the stack file. Pure: no Output, no network, no clock."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, hide_input_in_errors=True, use_attribute_docstrings=True
    )


class MisfitError(ValueError):
    """Two keys of one section that contradict each other; shown at the one to mend first."""

    def __init__(self, message: str, *at: str | int) -> None:
        super().__init__(message)
        self.at = at
