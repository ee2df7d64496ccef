"""AWS's own descriptions of its services, each read once by a process."""

from functools import cache

from botocore.model import ServiceModel
from botocore.session import Session


@cache
def service(name: str) -> ServiceModel:
    """What AWS says of one service."""
    return _session().get_service_model(name)


@cache
def _session() -> Session:
    return Session()
