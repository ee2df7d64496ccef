"""Secrets that people keep in Secrets Manager."""

from ipaddress import ip_network

from assurance.graph.values import Endpoint, Port
from providers.contract import SecretStore, SecretStoreRequest, secret_name
from providers.eks.names import Names


def secret_store(names: Names, request: SecretStoreRequest) -> SecretStore:
    """Below the cluster's own name, so that two clusters of an account share nothing."""
    return SecretStore(
        endpoint=Endpoint(
            name="platform.secret-store",
            cidrs=(ip_network("0.0.0.0/0"),),
            ports=(Port(number=443),),
            host=f"secretsmanager.{names.region}.{names.suffix}",
            scheme="https",
            managed=False,
        ),
        provider={"aws": {"service": "SecretsManager", "region": names.region}},
        names={
            secret_name(team, name): names.secret(secret_name(team, name))
            for team, name in request.secrets
        },
    )
