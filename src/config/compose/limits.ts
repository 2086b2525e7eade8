// deploy.resources.limits as cpus, mem_limit and pids_limit. What else stands under deploy is for a swarm.
import type { Entry } from "../tree.ts";
import type { Reading } from "./reading.ts";

const roleKeys: Readonly<Record<string, string>> = { cpus: "cpus", memory: "mem_limit", pids: "pids_limit" };

/** The limits by the role's key. */
export function limitsOf(deploy: Entry, { note }: Reading): ReadonlyMap<string, Entry> {
  const limits = new Map<string, Entry>();
  each(deploy, (key, entry) => {
    if (key === "replicas")
      note(entry.key, "deploy.replicas", "left out", "one role is one container: name more roles");
    else if (key === "resources") each(entry, resource);
    else note(entry.key, `deploy.${key}`, "left out", "it is for a swarm");
  });
  return limits;

  function resource(key: string, entry: Entry): void {
    if (key === "limits") each(entry, limit);
    else note(entry.key, `deploy.resources.${key}`, "left out", "crew knows limits only");
  }

  function limit(key: string, entry: Entry): void {
    const name = `deploy.resources.limits.${key}`;
    const roleKey = roleKeys[key];
    if (roleKey === undefined) {
      note(entry.key, name, "left out", "crew has no such limit");
    } else {
      note(entry.key, name, "becomes", roleKey);
      limits.set(roleKey, entry);
    }
  }
}

function each({ value }: Entry, visit: (key: string, entry: Entry) => void): void {
  if (value.kind === "mapping") for (const [key, entry] of value.entries) visit(key, entry);
}
