"""Where jobs wait: `embedded` in a leased table of the store's database, `procrastinate` on PostgreSQL for many machines."""
