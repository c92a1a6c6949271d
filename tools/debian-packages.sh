#!/bin/sh
# Installs the Debian packages that return slips in PDF and the browser and PostgreSQL tests need, and only those that are not there yet.
# Run as root on Debian or Ubuntu: tools/debian-packages.sh. On another system, install Chromium and the Noto fonts by
# whatever way that system has; the tests look for `chromium`, `chromium-browser` or `google-chrome` on the PATH.
set -eu

packages="chromium fonts-noto-core fonts-dejavu-core poppler-utils postgresql libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"

missing=""
for package in $packages; do
    dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
done

if [ -z "$missing" ]; then
    echo "nothing to install"
    exit 0
fi
if [ "$(id -u)" -ne 0 ]; then
    echo "missing:$missing; run this as root" >&2
    exit 1
fi

echo "installing:$missing"
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
# shellcheck disable=SC2086  # one word a package
apt-get install -q -y --no-install-recommends $missing
