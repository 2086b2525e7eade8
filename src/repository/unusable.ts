// Says why crew cannot work where a person stands, and what to type. Changes nothing.
import { CrewError } from "../errors.ts";
import { friendlyGit, type Standpoint } from "./friendly.ts";
import { lastWords } from "./git.ts";

/** `said` is what `git version` answers. What cannot be read there is not held against it. */
export function tooOld(said: string): CrewError | undefined {
  const [, major, minor] = /(\d+)\.(\d+)/.exec(said) ?? [];
  if (major === undefined || Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 39)) return undefined;
  return new CrewError("failed", `git ${major}.${minor} is too old for crew.`, { hint: "Install git 2.39 or newer." });
}

/** `stderr` is what git said when it was asked. */
export async function explainUnusable(standpoint: Standpoint, stderr: string): Promise<CrewError> {
  const { cwd } = standpoint;
  const foreign = /detected dubious ownership in repository at '(.*)'/.exec(stderr)?.[1];
  if (foreign !== undefined) {
    return new CrewError("needs-you", `${foreign} belongs to somebody else, and git does not trust it.`, {
      hint: `git config --global --add safe.directory '${foreign}'`,
    });
  }
  const git = await friendlyGit(standpoint);
  const { CheckRepoActions } = await import("simple-git");
  if (await git.checkIsRepo().catch(() => false)) {
    const head = await git.raw(["rev-parse", "--verify", "--quiet", "HEAD"]).catch(() => "");
    if (head.trim() !== "") return new CrewError("failed", `git cannot read ${cwd}: ${lastWords(stderr)}`);
    return new CrewError("needs-you", "The repository has no commits yet: an epic has nothing to begin with.", {
      hint: "git add -A && git commit -m Start",
    });
  }
  if (await git.checkIsRepo(CheckRepoActions.BARE).catch(() => false)) {
    return new CrewError("needs-you", `${cwd} is a bare repository: crew needs a work tree.`, {
      hint: "Run crew in a clone of it.",
    });
  }
  if (/not a git repository/.test(stderr)) {
    return new CrewError("needs-you", `${cwd} is not in a git repository.`, {
      hint: "Run crew inside of one, or make one: git init && git add -A && git commit -m Start",
    });
  }
  return new CrewError("needs-you", `${cwd} is not in a git work tree: ${lastWords(stderr)}`, {
    hint: "Run crew in the folder with your files.",
  });
}
