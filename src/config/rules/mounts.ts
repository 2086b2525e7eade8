// What a role or a service may not see: the engine's socket, the repository, and what is crew's own in the container; and volumes that the file
// does not have.
import { hostPath, isPath, type LongMount, longForm } from "../containers/mounts.ts";
import { itemsOf } from "../containers/pairs.ts";
import { didYouMean } from "../did-you-mean.ts";
import { keySpanOf, keysAt, type Path, spanOf } from "../tree.ts";
import { type Draft, type Known, type Rule, roleMaps } from "./rule.ts";

export const mounts: Rule = (draft, report) => {
  const services = Object.entries(draft.file.services ?? {}).map(([name, role]) => ({
    path: ["services", name],
    role,
  }));
  for (const { path, role } of [...roleMaps(draft), ...services]) {
    for (const [index, item] of (role.volumes ?? []).entries()) {
      const at = spanOf(draft.tree, [...path, "volumes", index]);
      const long = longForm(item as string | LongMount);
      const why = whyNotSource(long, draft) ?? whyNotTarget(long.target);
      if (why !== undefined) report(at, why);
      else checkVolume({ draft, at: [...path, "volumes", index], long }, report);
    }
    for (const item of role.tmpfs === undefined ? [] : itemsOf(role.tmpfs)) {
      const why = whyNotTarget(item.split(":")[0] ?? "");
      if (why !== undefined) report(spanOf(draft.tree, [...path, "tmpfs"]), why);
    }
  }
  for (const [name, volume] of Object.entries(draft.file.volumes ?? {})) {
    const { type, o, device } = volume?.driver_opts ?? {};
    if (!/bind/.test(`${type},${o}`) || device === undefined) continue;
    const why = whyNotFolder(String(device), draft);
    if (why !== undefined) report(keySpanOf(draft.tree, ["volumes", name, "driver_opts", "device"]), why);
  }
};

function whyNotSource({ type, source }: LongMount, draft: Draft): string | undefined {
  if (type === "bind") {
    return source === undefined ? "a bind needs its source" : whyNotFolder(hostPath(source, draft.sources), draft);
  }
  if (type !== "volume") return undefined;
  if (source === undefined || source === "")
    return "a volume without a name would be lost with its container: name it, or write tmpfs";
  return isPath(source) ? `${source} is a folder: write type: bind` : undefined;
}

/** Also by another name for it: a link, or a folder around it. */
function whyNotFolder(path: string, { known }: Draft): string | undefined {
  const { real, repository, sockets, code } = known.host ?? unlooked;
  const paths = [path, real(path)];
  const isAround = (inner: string) =>
    paths.some((outer) => [inner, real(inner)].some((each) => `${each}/`.startsWith(`${outer.replace(/\/$/, "")}/`)));
  const isWithin = (outer: string) => paths.some((inner) => `${inner}/`.startsWith(`${real(outer)}/`));
  const socket = sockets.find(isAround);
  if (socket !== undefined)
    return `${path} would give the engine's socket ${socket}, and with it the host, to an agent`;
  const run = code.find((each) => isAround(each) || isWithin(each));
  if (run !== undefined) return `${path} would give ${run} to an agent: crew runs what lies there on this machine`;
  const [topLevel, gitDirectory] = repository;
  const around = repository.find(isAround);
  if (around !== undefined)
    return `${path} holds the repository (${topLevel ?? around}): a role has a clone of its own`;
  if (gitDirectory !== undefined && isWithin(gitDirectory))
    return `${path} is inside of the repository's ${gitDirectory}: a role has a clone of its own`;
  return undefined;
}

/** For a caller that has not looked: where engines usually answer. */
const unlooked: NonNullable<Known["host"]> = {
  real: (path) => path,
  repository: [],
  sockets: ["/var/run/docker.sock", "/run/docker.sock", "/run/podman/podman.sock"],
  code: [],
};

const crewsOwn: readonly string[] = ["/crew", "/opt/crew", "/run/secrets"];

function whyNotTarget(target: string): string | undefined {
  if (!target.startsWith("/")) return `${target} is no path in a container: it begins with /`;
  const path = target.replace(/\/+$/, "");
  if (path === "") return `${target} would hide all that there is in the container`;
  // One above is no harm: the engine mounts what is further down later.
  const own = crewsOwn.find((each) => `${path}/`.startsWith(`${each}/`));
  return own === undefined ? undefined : `${target} is in the way of ${own}, which is crew's own`;
}

function checkVolume(
  { draft, at, long }: { readonly draft: Draft; readonly at: Path; readonly long: LongMount },
  report: Parameters<Rule>[1],
): void {
  const { type, source = "" } = long;
  if (type !== "volume") return;
  const known = keysAt(draft.written, ["volumes"]);
  if (known.includes(source)) return;
  report(spanOf(draft.tree, at), `unknown volume "${source}"`, {
    suggestion: didYouMean(source, new Set(known)),
    allowed: known.length === 0 ? "the file declares no volume" : known.join(", "),
  });
}
