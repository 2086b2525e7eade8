#!/bin/sh
# stop-agents.sh [id]: stops the agent with exactly this id, or all. Their work is kept; spawn-agent.sh or crew start lets
# them go on.
set -eu
cd "$(git rev-parse --show-toplevel)"
if [ $# -gt 1 ]; then
  printf 'Usage: %s [id]\n' "$0" >&2
  exit 1
fi
if [ $# -eq 0 ]; then exec crew stop; fi
role=$1
case $role in '' | *[!0-9]*) ;; *) role=agent-$role ;; esac
exec crew stop "$role"
