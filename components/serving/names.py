"""Names that a model's objects have."""

from components.serving.model_section import Environment


def model_key(team: str, model: str) -> str:
    """The stack file's key that asks for a model."""
    return f"teams.{team}.models.{model}"


def service_of(model: str, environment: Environment) -> str:
    """The InferenceService's name."""
    return f"{model}-{environment}"


def front_of(model: str, environment: Environment) -> str:
    """Our own Service before its pods: KServe's comes only once the pods do."""
    return f"{service_of(model, environment)}-front"
