#!/bin/sh
# Runs the Node that this project pins (installed by `npm ci`), else the Node of the machine if it
# is new enough. `exec` leaves no shell between the caller and Node, so signals arrive directly.
here=$(CDPATH= cd -P -- "${0%/*}" && pwd) || exit 1
modules=${here%/src/cli}/node_modules

if [ ! -d "$modules" ]; then
  echo "tapedeck: dependencies are not installed; run: npm ci" >&2
  exit 2
fi
for node in "$modules"/node-linux-*/bin/node; do
  if [ -x "$node" ]; then exec "$node" "$@"; fi
done

found=$(node -p process.versions.node 2>/dev/null) || found=none
major=${found%%.*}
case $major in
  '' | *[!0-9]*) major=0 ;;
esac
if [ "$major" -lt 24 ]; then
  echo "tapedeck: needs Node 24 or newer, found $found; install Node 24 from nodejs.org and retry" >&2
  exit 2
fi
exec node "$@"
