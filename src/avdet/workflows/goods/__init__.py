"""Where a case's goods are: sent back, received, kept, put away, and who pays which way."""
