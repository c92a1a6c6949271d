"""Banks: the files they take and answer with, and a client for those that take them over the network."""
