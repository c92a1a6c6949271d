"""Two years of claims in five shops, drawn from one seed, while everything breaks; and what has to hold all the same."""
