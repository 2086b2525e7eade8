#!/bin/sh
# list-agents.sh: what runs, by what crew itself recorded of each instance, whatever it is called.
set -eu
cd "$(git rev-parse --show-toplevel)"
exec crew ps "$@"
