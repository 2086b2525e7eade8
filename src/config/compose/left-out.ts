// Service keys that have no place in a role, each with the reason.
import type { Tree } from "../tree.ts";

/** Why the key is refused with this value; undefined where it is not, or asks for nothing. */
export function refusalOf(key: string, value: Tree): string | undefined {
  return Object.hasOwn(refusals, key) && !asksForNothing(value) ? refusals[key] : undefined;
}

export function reasonFor(key: string): string | undefined {
  if (key.startsWith("x-")) return "it is yours";
  return Object.hasOwn(refusals, key) ? "crew never does that" : reasons[key];
}

function asksForNothing(tree: Tree): boolean {
  if (tree.kind === "list") return tree.items.length === 0;
  return tree.kind === "scalar" && [false, null, "", "false", "private"].some((nothing) => nothing === tree.value);
}

const refusals: Readonly<Record<string, string>> = {
  privileged: "a privileged container is root on the host",
  devices: "an agent gets no device of the host",
  device_cgroup_rules: "an agent gets no device of the host",
  pid: "an instance shares no namespace with the host or with another container",
  ipc: "an instance shares no namespace with the host or with another container",
  uts: "an instance shares no namespace with the host or with another container",
  userns_mode: "an instance shares no namespace with the host or with another container",
  cgroup: "an instance shares no namespace with the host or with another container",
  volumes_from: "an instance shares no files with another container: name the volume in both",
  use_api_socket: "whoever has the engine's socket is root on the host",
};

const reasons: Readonly<Record<string, string>> = {
  restart: "crew starts a role again, and holds one back that keeps ending",
  init: "crew's containers always have one",
  stdin_open: "an agent gets its prompt as a file on stdin, which then ends",
  tty: "an agent runs without a terminal",
  attach: "crew logs shows what it says",
  logging: "crew logs keeps and shows what it says",
  hostname: "crew names containers itself",
  domainname: "crew names containers itself",
  links: "services are reached by their names",
  external_links: "a role reaches its services, and what is on its networks",
  expose: "ports are open between containers as they are",
  scale: "one role is one container: name more roles",
  develop: "agents change files in their own clones; nothing of yours is watched",
  annotations: "crew knows what is its own by labels",
  cap_drop: "crew's containers begin without any",
  cpu_shares: "crew knows limits only: cpus, mem_limit, pids_limit",
  mem_reservation: "crew knows limits only: cpus, mem_limit, pids_limit",
};
