"""What the tables share: sealed fields and keyset pages."""
