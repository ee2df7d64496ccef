"""How the cluster is reached: as somebody whom Entra knows, through kubelogin."""

import base64
import json
from typing import Any

import pulumi
import yaml

from providers.aks.site import Made, Site

_SERVER = "6dae42f8-4368-4678-94ff-3960e28e3630"
"""The application that stands for every AKS cluster in Entra; from general knowledge, as every
public kubeconfig of AKS shows it."""
_EXEC = "client.authentication.k8s.io/v1beta1"
_FUNCTION = "containerservice:listManagedClusterUserCredentials"


def kubeconfig(site: Site, cluster: Made) -> pulumi.Output[str]:
    """Secret. Azure is asked once the cluster is there, never in a first preview."""
    answer = site.ask(
        _FUNCTION, {**site.within, "resourceName": cluster.output("name"), "format": "exec"}
    )
    login, tenant = site.config.login, site.config.tenant
    text = answer.apply(lambda a: with_kubelogin(a["kubeconfigs"][0]["value"], login, tenant))
    sealed: pulumi.Output[str] = pulumi.Output.secret(text)
    return sealed


def with_kubelogin(encoded: str, login: str, tenant: str) -> str:
    """Azure's kubeconfig, without its own way to log in, which asks a person."""
    found: dict[str, Any] = yaml.safe_load(base64.b64decode(encoded))
    arguments = ["get-token", "--server-id", _SERVER, "--tenant-id", tenant, "--login", login]
    exec_ = {
        "apiVersion": _EXEC,
        "command": "kubelogin",
        "args": arguments,
        "interactiveMode": "Never",
        "installHint": "kubelogin is needed: az aks install-cli",
    }
    users = [{"name": user["name"], "user": {"exec": exec_}} for user in found["users"]]
    return json.dumps({**found, "users": users})
