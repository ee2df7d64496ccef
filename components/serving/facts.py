"""What teams must know of how models are served."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class ServingFacts:
    """KServe as it stands on a platform."""

    registry: str | None = None
    """Where copies of the runtime's images lie."""
    simulated: bool = False
    """Nothing makes pods of an InferenceService there: others stand in for them."""
