#!/bin/sh
# A PostgreSQL server of the project's own, for its tests and benchmarks: `postgres.sh start` prints the DATABASE_URL to use,
# `postgres.sh stop` ends it. It listens on this machine only, keeps nothing that matters, and therefore never waits for the disk.
set -eu
cd "$(dirname "$0")/.."
here=$(pwd -P | cksum | cut -d' ' -f1)
place="${TMPDIR:-/tmp}/avdet-postgres-$here"

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)
[ -n "$bin" ] || bin=$(dirname "$(command -v postgres 2>/dev/null || echo /none/none)")
if [ ! -x "$bin/initdb" ]; then
    echo "postgres: no server is installed -> run tools/debian-packages.sh as root, or install PostgreSQL 14 or newer" >&2
    exit 3
fi

as_owner() { # the server refuses to run as root
    if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

url() { echo "postgresql://postgres@127.0.0.1:$(cat "$place/port")/avdet"; }

runs() { [ -f "$place/port" ] && as_owner "$bin/pg_ctl" -D "$place/data" status >/dev/null 2>&1; }

start() {
    if runs; then url; return; fi
    mkdir -p "$place"
    [ "$(id -u)" != 0 ] || chown postgres "$place"
    [ -f "$place/data/PG_VERSION" ] || as_owner "$bin/initdb" -D "$place/data" -U postgres -A trust -E UTF8 --locale=C >/dev/null
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    as_owner "$bin/pg_ctl" -D "$place/data" -l "$place/log" -w -o "-p $port -k $place -h 127.0.0.1 \
        -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200 -c shared_buffers=256MB \
        -c wal_level=minimal -c max_wal_senders=0 -c max_wal_size=4GB" start >/dev/null
    echo "$port" > "$place/port"
    "$bin/createdb" -h 127.0.0.1 -p "$port" -U postgres avdet 2>/dev/null || true
    url
}

case "${1:-start}" in
    start) start ;;
    running) if runs; then echo yes; else echo no; fi ;;
    stop) as_owner "$bin/pg_ctl" -D "$place/data" -m immediate stop >/dev/null 2>&1 || true; rm -f "$place/port" ;;
    *) echo "usage: postgres.sh start | running | stop" >&2; exit 2 ;;
esac
