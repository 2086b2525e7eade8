// On the process runtime there are no containers: keys that describe one are mistakes, not ignored.
import { keySpanOf, keysAt, type Path } from "../tree.ts";
import type { Rule } from "./rule.ts";

/** Compose's service keys except `environment`, and what else makes or joins a container. `extends` and `profiles` compose files. */
const containerKeys: ReadonlySet<string> = new Set([
  ...["image", "devcontainer", "build", "pull_policy", "services", "network"],
  ...["env_file", "volumes", "secrets", "networks", "ports", "working_dir", "user", "cpus", "mem_limit", "pids_limit"],
  ...[
    "shm_size",
    "ulimits",
    "tmpfs",
    "read_only",
    "cap_add",
    "security_opt",
    "extra_hosts",
    "dns",
    "platform",
    "labels",
  ],
  ...["stop_grace_period", "stop_signal", "healthcheck"],
]);

/** A gate's secrets are no container's files, but handed over by its setup. */
const gateKeys: ReadonlySet<string> = new Set(["image", "build", "devcontainer", "pull_policy", "services", "network"]);

export const noContainerKeysOnProcess: Rule = (draft, report) => {
  if (draft.canonical.runtime !== "process") return;
  const refuse = (path: Path, keys: ReadonlySet<string>): void => {
    for (const key of keysAt(draft.tree, path)) {
      if (!keys.has(key)) continue;
      const words = `${key} describes a container, and runtime is process: remove it, or choose runtime: docker`;
      report(keySpanOf(draft.tree, [...path, key]), words);
    }
  };
  refuse(["defaults"], containerKeys);
  for (const name of keysAt(draft.tree, ["roles"])) refuse(["roles", name], containerKeys);
  const gates = draft.file.gates ?? [];
  const places = Array.isArray(gates) ? [...gates.keys()] : Object.keys(gates);
  for (const place of places) refuse(["gates", place], gateKeys);
};
