// Settings of the person's repository that change how crew may work in it. Reads only.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CrewError } from "../errors.ts";
import type { RepositoryPlace } from "./context.ts";

export interface SpecialSettings {
  /** `core.sharedRepository`. */
  readonly shared?: string;
  /** The remote that a partial clone leaves objects with. */
  readonly promisor?: Promisor;
}

export interface Promisor {
  readonly remote: string;
  /** By `extensions.partialClone`, as older gits made partial clones. */
  readonly isExtension: boolean;
}

/** Asks git only where the config mentions them at all: most repositories save a process. */
export async function specialSettings(
  place: RepositoryPlace,
  git: (args: readonly string[]) => Promise<string>,
): Promise<SpecialSettings> {
  const text = readFileSync(join(place.commonDir, "config"), "utf8");
  if (!/sharedrepository|partialclone|promisor|include/i.test(text)) return {};
  const settings = (await git(["config", "--list", "--includes", "-z"])).split("\0").map((entry) => {
    const [name = "", value] = entry.split("\n");
    return { name, value };
  });
  const settingOf = (name: string) => settings.findLast((setting) => setting.name === name)?.value;
  const shared = settingOf("core.sharedrepository");
  const extension = settingOf("extensions.partialclone");
  const remote = extension ?? promisorOf(settings);
  const promisor = remote === undefined ? undefined : { remote, isExtension: extension !== undefined };
  return { ...(shared !== undefined && { shared }), ...(promisor !== undefined && { promisor }) };
}

interface Setting {
  readonly name: string;
  readonly value: string | undefined;
}

function promisorOf(settings: readonly Setting[]): string | undefined {
  const last = new Map(settings.map(({ name, value }) => [/^remote\.(.*)\.promisor$/s.exec(name)?.[1], value]));
  for (const [remote, value] of last) if (remote !== undefined && value !== "false") return remote;
  return undefined;
}

/** crew asks no server, so what is not there stays away: merging would stop in the middle. */
export function incomplete({ remote, isExtension }: Promisor): CrewError {
  const commands = [
    `git fetch --refetch --no-filter ${remote}`,
    `git config --unset remote.${remote}.promisor`,
    `git config --unset remote.${remote}.partialclonefilter`,
    ...(isExtension ? ["git config --unset extensions.partialClone"] : []),
  ];
  return new CrewError("needs-you", "This is a partial clone: crew needs all objects of its history. To fetch them:", {
    hint: commands.join("\n"),
  });
}
