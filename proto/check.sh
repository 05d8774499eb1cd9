#!/bin/sh
# Lints the protos and compares them with the contract that has landed (baseline.binpb.gz). Needs Node; where there is
# none it says so and passes, unless FLYWHEEL_REQUIRE_TOOLS=true. After a change that breaks nobody: npm run baseline.
set -eu
cd "$(dirname "$0")"
if ! command -v npm >/dev/null 2>&1; then
  echo "SKIPPED: the protos are not checked by buf, for there is no npm on the path" >&2
  [ "${FLYWHEEL_REQUIRE_TOOLS:-}" = true ] && exit 1
  exit 0
fi
# No lock file: it would have to name buf for every platform, and not every registry has them all.
[ -x node_modules/.bin/buf ] || npm install --silent --no-audit --no-fund --no-package-lock
npm run --silent check
