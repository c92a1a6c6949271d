"""Payment gateways, each by its own protocol."""
