"""What the control plane has done, kept where it can be asked for."""

import pulumi

from providers.aks.site import Site

_WORKSPACE = "Microsoft.OperationalInsights/workspaces"
_KEPT_DAYS = 90
_KEPT = (
    "kube-apiserver",
    "kube-audit-admin",  # who changed something; reading alone would be nine tenths of it
    "kube-controller-manager",
    "kube-scheduler",
    "cluster-autoscaler",
    "guard",
)
"""What Azure calls the control plane's logs; left to itself, it keeps none of them."""


def control_plane_logs(site: Site, cluster: pulumi.Resource, id_: str) -> None:
    """A workspace, and everything that matters sent there."""
    name = site.names.of("logs")
    workspace = site.make(
        "operationalinsights:Workspace",
        "logs",
        {
            **site.placed,
            "workspaceName": name,
            "sku": {"name": "PerGB2018"},
            "retentionInDays": _KEPT_DAYS,
            "features": {"disableLocalAuth": True},
        },
    )
    site.make(
        "monitor:DiagnosticSetting",
        "control-plane-logs",
        {
            "name": "control-plane",
            "resourceUri": id_,
            "workspaceId": site.names.id(_WORKSPACE, name),
            "logAnalyticsDestinationType": "Dedicated",
            "logs": [{"category": category, "enabled": True} for category in _KEPT],
        },
        cluster,
        workspace,
    )
