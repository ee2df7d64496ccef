"""Routes: each leads from the gateway that there is to a port that there is."""

from collections.abc import Iterator

from components.config.draft import Draft
from components.config.faults import Problem
from components.config.models import PlatformConfig
from components.gateway.facts import gateway_facts
from components.tenancy.workloads.routes import access_faults, route_faults
from components.tenancy.workloads.section import ServiceConfig


def routes_lead_somewhere(draft: Draft) -> Iterator[Problem]:
    """A platform of another stack's is asked when the teams meet it."""
    platform = draft.platform
    if not isinstance(platform, PlatformConfig) or not draft.whole("platform", "gateway"):
        return
    gateway = None if platform.gateway is None else gateway_facts(platform.gateway)
    for team, name, workload in draft.workloads():
        path = ("teams", team, "workloads", name)
        if isinstance(workload, ServiceConfig) and draft.whole(*path, "ports"):
            for key, message in route_faults(workload, gateway):
                yield Problem(path=(*path, "route", *((key,) if key else ())), message=message)
    for team, name, model in draft.models():
        for key, message in access_faults(model.route, gateway) if model.route is not None else ():
            at = ("teams", team, "models", name, "route")
            yield Problem(path=(*at, *((key,) if key else ())), message=message)
