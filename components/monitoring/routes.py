"""Who is told of which alert. Pure."""

from collections.abc import Mapping
from typing import Any

from components.monitoring.section import ReceiverConfig

PLATFORM = "platform"
"""The team that is told of all that no other is told of."""
_NOBODY = "nobody"


def alertmanager_config(receivers: Mapping[str, ReceiverConfig]) -> dict[str, Any]:
    """Alertmanager's own configuration: each team's alerts to its receiver, once in four hours."""
    return {
        "global": {"resolve_timeout": "5m"},
        "route": {
            "receiver": PLATFORM,
            "group_by": ["team", "namespace", "alertname"],
            "group_wait": "30s",
            "group_interval": "5m",
            "repeat_interval": "4h",
            "routes": [
                {"receiver": _NOBODY, "matchers": ['alertname=~"Watchdog|InfoInhibitor"']},
                *(_route(team) for team in sorted(receivers) if team != PLATFORM),
            ],
        },
        "inhibit_rules": [
            {
                "source_matchers": ['severity="critical"'],
                "target_matchers": ['severity="warning"'],
                "equal": ["namespace", "alertname"],
            }
        ],
        "receivers": [
            {"name": _NOBODY},
            *(_receiver(team, receivers.get(team)) for team in sorted({PLATFORM, *receivers})),
        ],
    }


def _route(team: str) -> dict[str, Any]:
    return {"receiver": team, "matchers": [f'team="{team}"']}


def _receiver(team: str, config: ReceiverConfig | None) -> dict[str, Any]:
    if config is None:
        return {"name": team}
    return {"name": team, "webhook_configs": [{"url": config.webhook, "send_resolved": True}]}
