"""Stand-ins for gateways, shops and carriers of messages: separate processes that speak the real protocols over HTTP."""
