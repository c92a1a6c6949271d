#!/bin/sh
# Runs every test that touches the database once more, looks and stories of claims aside, on a PostgreSQL server of the project's own.
set -eu
cd "$(dirname "$0")/.."
running=$(sh tools/postgres.sh running)
if ! url=$(sh tools/postgres.sh start); then
    [ -z "${CI:-}" ] || exit 1
    echo "test: without PostgreSQL its tests are left out" >&2
    exit 0
fi
[ "$running" = yes ] || trap 'sh tools/postgres.sh stop' EXIT
# The databases are made anew and left with the server: it may be vacuuming one at the very end, and would not let go of it.
DATABASE_URL=$url .venv/bin/python -m pytest -n 2 --dist worksteal --create-db --reuse-db -m "database and not once" "$@"
