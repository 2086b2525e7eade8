// Which branch an epic begins from when nobody says: the remote's default, else the person's, else the usual names.
// Reads only.
import { CrewError } from "../errors.ts";
import { friendlyGit, type Standpoint } from "./friendly.ts";

/** Short name of a local branch. The current branch comes last, so that the answer does not change as people switch. */
export async function findDefaultBranch(standpoint: Standpoint): Promise<string> {
  const git = await friendlyGit(standpoint);
  const originHead = await git.raw(["symbolic-ref", "--quiet", "refs/remotes/origin/HEAD"]).catch(() => "");
  const configured = (await git.getConfig("init.defaultBranch")).value ?? "";
  const { all, current } = await git.branchLocal();
  const wanted = [originHead.trim().replace("refs/remotes/origin/", ""), configured, "main", "master", current];
  const found = wanted.find((name) => name !== "" && all.includes(name));
  if (found !== undefined) return found;
  throw new CrewError(
    "needs-you",
    "No default branch was found: HEAD is detached and there is neither main nor master.",
    {
      hint: "Name one in the crew file: epic: {base: …}",
    },
  );
}
