#!/usr/bin/env bash
# Installs the agent programs that the tests run against a model server of their own, each in a folder of FOLDER, once.
# Usage: scripts/test-agents.sh FOLDER [copilot] [aider]
# Those that are named are installed, too: they are large, and no run of all tests needs them.
set -euo pipefail
mkdir -p "$1"
folder=$(cd "$1" && pwd)
shift

# agent NAME PACKAGE VERSION
agent() {
  local home=$folder/$1
  if [ "$(cat "$home/version" 2>/dev/null)" = "$3" ]; then return 0; fi
  echo "installing $2@$3"
  rm -rf --one-file-system "$home"
  mkdir "$home"
  # Some link their binary in a script of their own; a npm that asks finds here that it may run.
  printf '{"private":true,"allowScripts":{"%s":true}}\n' "$2" >"$home/package.json"
  npm install --prefix "$home" --no-save --no-audit --no-fund --loglevel=error "$2@$3"
  env -i "PATH=$PATH" "HOME=$home" "$home/node_modules/.bin/$1" --version
  echo "$3" >"$home/version"
}

# Of Python's packages: wheels alone, none is built. It is found where npm would have put it.
aider() {
  local home=$folder/aider
  if [ "$(cat "$home/version" 2>/dev/null)" = "$1" ]; then return 0; fi
  echo "installing aider-chat==$1"
  rm -rf --one-file-system "$home"
  mkdir -p "$home/node_modules/.bin"
  python3 -m venv "$home/python"
  "$home/python/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: "aider-chat==$1"
  ln -s ../../python/bin/aider "$home/node_modules/.bin/aider"
  env -i "PATH=$PATH" "HOME=$home" "$home/node_modules/.bin/aider" --version
  echo "$1" >"$home/version"
}

agent claude @anthropic-ai/claude-code 2.1.197
agent codex @openai/codex 0.169.0
agent opencode opencode-ai 1.18.33
agent gemini @google/gemini-cli 0.61.0
agent qwen @qwen-code/qwen-code 0.15.10

for extra; do
  case $extra in
    copilot) agent copilot @github/copilot 1.0.102 ;;
    aider) aider 0.86.2 ;;
    *) echo "no extra program $extra" >&2 && exit 2 ;;
  esac
done
