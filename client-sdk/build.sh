#!/bin/sh
# Installs what the web parts are built with, if it has changed, and runs an npm script ("build", "test"). Needs Node.
set -eu
cd "$(dirname "$0")"
if ! command -v npm >/dev/null 2>&1; then
  echo "there is no npm on the path: install Node 20.19 or later (https://nodejs.org)" >&2
  exit 1
fi
installed=node_modules/.installed-package-lock.json
if ! cmp -s package-lock.json "$installed"; then
  npm ci --no-audit --no-fund --loglevel=error
  cp package-lock.json "$installed"
fi
exec npm run --silent "$1"
