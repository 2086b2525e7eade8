// An agent's service as the keys of a role. Each key of the service is kept, becomes another, or is noted with the reason
// why it is not there.
import { keysOf, schemaAt } from "../schema.ts";
import type { Entry, Mapping } from "../tree.ts";
import { agentOf } from "./agent-program.ts";
import { environmentOf, roleEnvironment } from "./environment.ts";
import { reasonFor, refusalOf } from "./left-out.ts";
import { limitsOf } from "./limits.ts";
import { bringsWork, mountsIn, roleMounts } from "./mounts.ts";
import type { Reading } from "./reading.ts";
import { relocatedBuild, relocatedFiles } from "./relocated.ts";
import { entryOf, itemsOf, listTree, textOf, textTree } from "./trees.ts";

export function roleKeys({ entries: service }: Mapping, reading: Reading): ReadonlyMap<string, Entry> {
  const role = new Map<string, Entry>();
  const agent = agentOf(service, reading);
  if (agent) role.set("agent", entryOf(agent));
  for (const [key, entry] of service) {
    for (const [name, made] of translated(key, entry, { service, reading })) if (!role.has(name)) role.set(name, made);
  }
  const { services } = reading;
  const at = (service.get("depends_on") ?? service.get("links"))?.key;
  if (services.length > 0) {
    const place = at ?? [...service.values()][0]?.key ?? { start: 0, end: 0 };
    role.set(
      "services",
      entryOf(
        listTree(
          services.map((name) => textTree(name, place)),
          place,
        ),
      ),
    );
  }
  return role;
}

interface Around {
  readonly service: ReadonlyMap<string, Entry>;
  readonly reading: Reading;
}

/** What becomes of one key: the role's keys that come from it. */
function translated(key: string, entry: Entry, around: Around): readonly (readonly [string, Entry])[] {
  const { note } = around.reading;
  const special = specials[key];
  if (special) return special(entry, around);
  const refusal = refusalOf(key, entry.value);
  const reason = reasonFor(key);
  if (refusal !== undefined) note(entry.key, key, "refused", refusal);
  else if (reason === undefined && roleHas(key)) return keep(key, entry, around);
  else note(entry.key, key, "left out", reason ?? "crew has no such key");
  return [];
}

type Translation = (entry: Entry, around: Around) => readonly (readonly [string, Entry])[];

const specials: Readonly<Record<string, Translation>> = {
  command: () => [],
  entrypoint: () => [],
  build: (entry, around) =>
    keep("build", { ...entry, value: relocatedBuild(entry.value, around.reading.path) }, around),
  env_file: (entry, around) =>
    keep("env_file", { ...entry, value: relocatedFiles(entry.value, around.reading.path) }, around),
  environment: (entry, around) => {
    const value = roleEnvironment(entry.value, around.reading);
    return value ? keep("environment", { ...entry, value }, around) : [];
  },
  volumes: (entry, around) => {
    const value = roleMounts(entry.value, workingDirOf(around), around.reading);
    return value ? keep("volumes", { ...entry, value }, around) : [];
  },
  working_dir: (entry, around) => {
    const { reading, service } = around;
    const dir = workingDirOf(around);
    const isClone = environmentOf(service.get("environment")?.value).has("REPO_URL");
    const isWork = mountsIn(service.get("volumes")?.value).some((mount) => {
      const isCheckout = mount.source !== undefined && reading.isRepository(mount.source) && dir === mount.target;
      return isCheckout || bringsWork(mount, dir, reading);
    });
    if (!isWork && !isClone) return keep("working_dir", entry, around);
    reading.note(entry.key, "working_dir", "left out", "agents start in their clone");
    return [];
  },
  deploy: (entry, { reading }) => [...limitsOf(entry, reading)],
  container_name: (entry, { reading }) => {
    reading.note(entry.key, "container_name", "left out", "crew names containers itself, by project and role");
    return [];
  },
  user: (entry, around) => {
    if (!/^(?:root|0)(?::|$)/.test(textOf(entry.value) ?? "")) return keep("user", entry, around);
    around.reading.note(entry.key, "user", "refused", "an agent does not run as root");
    return [];
  },
  cap_add: (entry, around) =>
    without(/^(?:CAP_)?(?:ALL|SYS_ADMIN|SYS_PTRACE|SYS_MODULE|SYS_RAWIO|DAC_READ_SEARCH)$/i, {
      ...around,
      key: "cap_add",
      entry,
      words: "it leads out of the container",
    }),
  security_opt: (entry, around) =>
    without(/unconfined|label[:=]disable|systempaths|no-new-privileges[:=]false/, {
      ...around,
      key: "security_opt",
      entry,
      words: "it takes away what holds an agent in",
    }),
  network_mode: (entry, { reading }) => {
    const mode = textOf(entry.value) ?? "";
    if (/^(?:host|container:|service:)/.test(mode))
      reading.note(
        entry.key,
        "network_mode",
        "refused",
        "an instance shares no network with the host or with another container",
      );
    else reading.note(entry.key, "network_mode", "left out", "a role joins networks by name: networks");
    return [];
  },
  depends_on: (entry, { reading }) => {
    reading.note(entry.key, "depends_on", "becomes", "services: a role runs beside all of them");
    return [];
  },
};

function keep(key: string, entry: Entry, { reading }: Around): readonly (readonly [string, Entry])[] {
  reading.note(entry.key, key, "kept");
  return [[key, entry]];
}

function without(
  refused: RegExp,
  from: Around & { readonly key: string; readonly entry: Entry; readonly words: string },
): readonly (readonly [string, Entry])[] {
  const { key, entry, reading, words } = from;
  const items = itemsOf(entry.value).filter((item) => {
    const isRefused = refused.test(textOf(item) ?? "");
    if (isRefused) reading.note(item.at, `${key}: ${textOf(item)}`, "refused", words);
    return !isRefused;
  });
  return items.length === 0 ? [] : keep(key, { ...entry, value: listTree(items, entry.value.at) }, from);
}

/** Keys of a role that are no container's mean something else there. */
function roleHas(key: string): boolean {
  const own = ["depends_on", "extends", "services", "agent", "setup", "check", "branch", "beads", "into", "paths"];
  return !own.includes(key) && keysOf(schemaAt(["roles", "x"])).includes(key);
}

function workingDirOf({ service }: Around): string | undefined {
  return textOf(service.get("working_dir")?.value);
}
