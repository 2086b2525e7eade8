// The environment of everything that runs in an instance: from scratch, so that nothing of the host's leaks in. Pure.
import { join } from "node:path";
import type { InstanceFolder } from "./folders.ts";

export type Environment = Readonly<Record<string, string>>;

export interface Surroundings {
  /** Of the host, of which only what programs need to run is taken. */
  readonly host: Environment;
  readonly folder: InstanceFolder;
  /** Told as `CREW_ROLE`. */
  readonly role: string;
}

/** `own` is what the file declares for it; it may replace anything but crew's own variables. */
export function instanceEnvironment({ host, folder, role }: Surroundings, own: Environment): Environment {
  const crews = { CREW_ROLE: role, CREW_INSTANCE: folder.marker, CREW_STATE: join(folder.path, "state") };
  return { ...basis(host, folder), ...own, ...crews };
}

/** For a person's command beside the agent: what the agent's step has, under a marker of its own, so that the step's end is not its end. */
export function guestEnvironment(around: Surroundings, own: Environment, more: Environment): Environment {
  const { CREW_INSTANCE, ...environment } = instanceEnvironment(around, own);
  const path = `${join(around.folder.path, "bin")}:${environment.PATH}`;
  return { ...environment, PATH: path, ...more, CREW_GUEST: around.folder.marker };
}

/** For crew's own short programs in an instance's folder, such as upload-pack: nothing of the role's is needed. */
export function readerEnvironment({ host, folder, role }: Surroundings): Environment {
  return {
    ...basis(host, folder),
    CREW_ROLE: role,
    CREW_READER: folder.marker,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
  };
}

function basis(host: Environment, folder: InstanceFolder): Environment {
  const taken = Object.entries(host).filter(
    ([name]) => ["LANG", "TMPDIR", "TZ"].includes(name) || name.startsWith("LC_"),
  );
  return {
    PATH: host.PATH ?? "/usr/local/bin:/usr/bin:/bin",
    ...Object.fromEntries(taken),
    HOME: join(folder.path, "home"),
    TERM: "dumb",
  };
}
