// What processes that were killed left in the git directory: folders of imports, and files that were never put in place.
// Only looks. Nothing of it is anybody's work: that is in the refs, or still in the instance.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Context } from "./context.ts";
import { leftBehind, temporaryFolder } from "./temporary.ts";

export interface Leftover {
  readonly kind: "quarantine" | "half-written";
  readonly path: string;
}

export async function leftoversIn({ place, identity }: Context): Promise<readonly Leftover[]> {
  const quarantine = temporaryFolder(place.commonDir);
  const imports = existsSync(quarantine) ? await leftBehind(quarantine, identity) : [];
  const crew = join(place.commonDir, "crew");
  const files = ["", "git", "git/info"].flatMap((folder) => halfWritten(join(crew, folder)));
  const left = await Promise.all(
    files.map(async ({ path, pid }) => ((await identity.startTimeOf(pid)) === undefined ? [path] : [])),
  );
  return [
    ...imports.map((name) => ({ kind: "quarantine" as const, path: join(quarantine, name) })),
    ...left.flat().map((path) => ({ kind: "half-written" as const, path })),
  ];
}

/** Files of crew's view, and locks that are looked at: `<name>.<pid>-<hash>`. */
function halfWritten(folder: string): readonly { readonly path: string; readonly pid: number }[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.flatMap((name) => {
    const pid = /\.(\d+)-[0-9a-f]{8}$/.exec(name)?.[1];
    return pid === undefined ? [] : [{ path: join(folder, name), pid: Number(pid) }];
  });
}
