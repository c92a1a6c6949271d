"""The store's goods: what they are, how many there are, and the files they come in."""
