#!/bin/sh
# Sets up .venv from nothing but Python 3.11 or newer: `setup.sh` what Avdet runs on, `setup.sh dev` all that tests it.
# The locked versions come through uv, itself from PyPI; where uv cannot be had, plain pip installs the same packages.
set -eu
cd "$(dirname "$0")/.."
what=${1:-run}

new_enough='import sys; sys.exit(sys.version_info < (3, 11))'
python=${PYTHON:-}
if [ -z "$python" ]; then
    for name in python3 python3.14 python3.13 python3.12 python3.11 python; do
        if command -v "$name" >/dev/null 2>&1 && "$name" -c "$new_enough" 2>/dev/null; then python=$name; break; fi
    done
fi
if [ -z "$python" ] || ! "$python" -c "$new_enough" 2>/dev/null; then
    echo "setup: Avdet needs Python 3.11 or newer -> install it, or name one: make PYTHON=/path/to/python3.11" >&2
    exit 2
fi

mark=.venv/.set-up-$what
[ ! -e .venv/.set-up-dev ] || mark=.venv/.set-up-dev
wanted=$(cat pyproject.toml uv.lock | cksum)
if [ -x .venv/bin/avdet ] && [ "$(cat "$mark" 2>/dev/null || true)" = "$wanted" ]; then exit 0; fi

uv=
find_uv() {
    for candidate in uv build/uv/bin/uv; do
        if "$candidate" --version >/dev/null 2>&1; then uv=$candidate; return 0; fi
    done
    "$python" -m venv build/uv >/dev/null 2>&1 || "$python" -m venv --without-pip build/uv >/dev/null 2>&1 || return 1
    build/uv/bin/python -m pip install -q --disable-pip-version-check uv >&2 || return 1
    uv=build/uv/bin/uv
}

with_uv() {
    find_uv || return 1
    export UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=.venv
    if [ "$what" = dev ]; then "$uv" sync -q --frozen --inexact --python "$python"
    else "$uv" sync -q --frozen --inexact --no-dev --extra server --python "$python"; fi
}

with_pip() {
    echo "setup: uv cannot be had here; installing with pip instead" >&2
    [ -x .venv/bin/python ] || "$python" -m venv .venv
    .venv/bin/python -m pip install -q --disable-pip-version-check --upgrade 'pip>=25.1'
    if [ "$what" = dev ]; then .venv/bin/python -m pip install -q --disable-pip-version-check -e . --group dev
    else .venv/bin/python -m pip install -q --disable-pip-version-check -e '.[server]'; fi
}

echo "setup: preparing .venv ($what), which takes a minute the first time" >&2
with_uv || with_pip
echo "$wanted" > ".venv/.set-up-$what"
