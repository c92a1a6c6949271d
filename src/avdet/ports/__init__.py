"""SPEAKS with what lies outside: the protocols that adapters fulfil, and the frozen messages that pass through them."""
