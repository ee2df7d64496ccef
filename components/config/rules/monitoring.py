"""Where Grafana answers, and what it logs people in with."""

from collections.abc import Iterator

from components.config.draft import Draft
from components.config.faults import Problem
from components.config.models import PlatformConfig
from components.config.wording import listed
from components.monitoring.login import KEY, SECRET
from components.tenancy.secrets import PLATFORM
from providers.config import KindConfig


def grafana_is_reached(draft: Draft) -> Iterator[Problem]:
    """On kind, only some NodePorts lead out of the containers that are nodes."""
    platform = draft.platform
    if not isinstance(platform, PlatformConfig) or platform.monitoring is None:
        return
    port = platform.monitoring.grafana.node_port
    if not isinstance(platform.cluster, KindConfig) or port in (None, *platform.cluster.ports):
        return
    has = listed([str(each) for each in platform.cluster.ports])
    message = f"expected one of platform.cluster.ports, which has {has}, got {port}"
    yield Problem(path=("platform", "monitoring", "grafana", "node_port"), message=message)


def grafana_has_a_clients_secret(draft: Draft) -> Iterator[Problem]:
    """An issuer answers only who shows the secret that it has given out."""
    platform = draft.platform
    if not isinstance(platform, PlatformConfig) or platform.monitoring is None:
        return
    if platform.monitoring.grafana.login is None or not draft.whole("secrets", PLATFORM):
        return
    if KEY not in draft.secrets.get(PLATFORM, {}).get(SECRET, ()):
        key = f"{PLATFORM}.{SECRET}.{KEY}"
        message = (
            f"expected secrets.{key} beside it, got none; "
            f"pulumi config set --secret --path 'ml-platform:secrets.{key}'"
        )
        yield Problem(path=("platform", "monitoring", "grafana", "login"), message=message)
