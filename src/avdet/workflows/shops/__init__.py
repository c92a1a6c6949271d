"""Orders and products from the shops that a store sells with."""
