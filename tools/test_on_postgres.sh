#!/bin/sh
# Runs every test that touches the database once more, looks, stories of claims and the long simulation aside, on a PostgreSQL server of the project's own.
set -eu
cd "$(dirname "$0")/.."
running=$(sh tools/postgres.sh running)
if ! url=$(sh tools/postgres.sh start); then
    [ -z "${CI:-}" ] || exit 1
    echo "test: without PostgreSQL its tests are left out" >&2
    exit 0
fi
[ "$running" = yes ] || trap 'sh tools/postgres.sh stop' EXIT
DATABASE_URL=$url .venv/bin/python -m pytest -n 2 --dist worksteal -m "database and not once" "$@"
