// Which remote crew works with, and what it has put there, from refs and config alone: the remote itself is not asked.
import type { Oid } from "../model/names.ts";
import type { RemoteState } from "../model/remote.ts";
import type { Context } from "./context.ts";
import type { PlacedRef } from "./gather.ts";

/** `base` is a short branch name. */
export async function remoteState(
  context: Context,
  { base, placed }: { readonly base: string; readonly placed: readonly PlacedRef[] },
): Promise<RemoteState> {
  const { names, upstream } = await configuredRemotes(context, base);
  const [only, ...others] = names;
  const fallback = names.includes("origin") ? "origin" : others.length === 0 ? only : undefined;
  const name = upstream !== undefined && names.includes(upstream) ? upstream : fallback;
  const pushed = new Map<string, Oid>();
  const records = new Map<string, Oid>();
  for (const { ref, place } of placed) {
    if (place.kind === "pushed") pushed.set(place.ref, ref.oid);
    else if (!isAboutRemote(place)) records.set(ref.name, ref.oid);
  }
  return { ...(name !== undefined && { name }), names, records, pushed };
}

/** Pushed, they would change with every push. */
function isAboutRemote(place: PlacedRef["place"]): boolean {
  return place.kind === "upstream" || (place.kind === "fact" && (place.fact === "remote" || place.fact === "upstream"));
}

async function configuredRemotes({ user }: Context, base: string) {
  const pattern = "^(remote\\..*\\.url|branch\\..*\\.remote)$";
  const { stdout } = await user.attempt(["config", "-z", "--get-regexp", pattern]);
  const names = new Set<string>();
  let upstream: string | undefined;
  for (const entry of stdout.toString("utf8").split("\0")) {
    const end = entry.indexOf("\n");
    const [key, value] = [entry.slice(0, Math.max(0, end)), entry.slice(end + 1)];
    if (key.startsWith("remote.")) names.add(key.slice("remote.".length, -".url".length));
    if (key === `branch.${base}.remote`) upstream = value;
  }
  return { names: [...names].sort(), upstream };
}
