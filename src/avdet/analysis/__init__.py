"""Studies a policy: its cases, its proofs, its published terms, its replay over past claims, its form in other engines."""
