"""Where the gateway is; others name it before it is there."""

GATEWAY_NAMESPACE = "gateway"
GATEWAY_NAME = "platform"
