#!/bin/sh
# Brings a fresh clone to where everything can run: the locked dependencies, then a build. Costs seconds when nothing changed.
set -eu
cd "$(dirname "$0")/.."
if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  echo 'prepare: installing dependencies (npm ci)'
  npm ci --no-audit --no-fund --loglevel=error
fi
echo 'prepare: building'
npm run --silent build
