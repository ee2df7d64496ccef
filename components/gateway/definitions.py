"""The Gateway API's own kinds, in the standard channel, as a chart that holds nothing else."""

from datetime import date

from components.charts.pin import ChartPin
from components.charts.release import Release
from components.charts.stand_in import StandIn
from components.gateway.place import GATEWAY_NAMESPACE

# renovate: datasource=docker depName=docker.io/envoyproxy/gateway-crds-helm
PIN = ChartPin(
    chart="gateway-crds-helm",
    repository="oci://docker.io/envoyproxy",
    version="v1.9.0",
    verified_on=date(2026, 11, 21),
    licence="Apache-2.0",
    end_of_life=date(2027, 2, 14),
)
_STANDARD = (
    "backendtlspolicies",
    "gatewayclasses",
    "gateways",
    "grpcroutes",
    "httproutes",
    "listenersets",
    "referencegrants",
    "tcproutes",
    "tlsroutes",
    "udproutes",
)
ROUTING = tuple(
    f"{name}.gateway.networking.k8s.io" for name in ("gatewayclasses", "gateways", "httproutes")
)
"""What whoever carries them out acts upon, of those that we write."""
_ENVOY = (
    "backends",
    "backendtrafficpolicies",
    "clienttrafficpolicies",
    "envoyextensionpolicies",
    "envoypatchpolicies",
    "envoyproxies",
    "httproutefilters",
    "securitypolicies",
)


def definitions_release(*, envoy: bool) -> Release:
    """Once for a cluster, whoever carries them out; `envoy`: with Envoy Gateway's own besides."""
    own = tuple(f"{name}.gateway.envoyproxy.io" for name in _ENVOY) if envoy else ()
    return Release(
        pin=PIN,
        name="gateway-crds",
        namespace=GATEWAY_NAMESPACE,
        values={
            "crds": {
                "gatewayAPI": {"enabled": True, "channel": "standard"},
                "envoyGateway": {"enabled": envoy},
            }
        },
        stand_in=StandIn(
            definitions=(*(f"{name}.gateway.networking.k8s.io" for name in _STANDARD), *own)
        ),
    )
