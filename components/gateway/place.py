"""Where the gateway is; others name it before it is there."""

GATEWAY_NAMESPACE = "gateway"
"""Its Gateway, its controller and its proxies."""
GATEWAY_NAME = "platform"
HTTP = "http"
HTTPS = "https"
"""Its listeners."""
