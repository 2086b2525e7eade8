// The one way in which crew moves branches that people see: a push into the user's git directory whose receiving side
// refuses branches that are checked out, and runs no hooks. Decides nothing.
import { CrewError } from "../errors.ts";
import type { Context } from "./context.ts";
import { gitFailure, lastWords } from "./git.ts";
import type { RefChange } from "./refs.ts";

export interface Push {
  readonly changes: readonly RefChange[];
  /** Whether history may be rewritten, as when a mended bead begins at another commit. */
  readonly history: "any" | "fast-forward";
}

/** git-config(1): what the receiving git would otherwise take from the user's config. */
const receiving: readonly string[] = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.alternateRefsCommand=true",
  "receive.denyCurrentBranch=refuse",
  "receive.denyDeleteCurrent=refuse",
  "receive.denyDeletes=false",
  "receive.fsckObjects=false",
  "receive.autogc=false",
  "receive.maxInputSize=0",
  "receive.updateServerInfo=false",
  "receive.advertisePushOptions=false",
  // Later entries overrule earlier ones, and a hidden ref could not be pushed.
  "receive.hideRefs=!refs/heads",
  "receive.hideRefs=!refs/crew",
  "gc.auto=0",
  "maintenance.auto=false",
  // Discovery has asked already whether git trusts the repository.
  "safe.directory=*",
];

/** All or none, each only if it stands where expected. Checked out somewhere: `needs-you`. Moved meanwhile: `conflict`. */
export async function pushRefs(context: Context, { changes, history }: Push): Promise<void> {
  const settings = [...receiving, `receive.denyNonFastForwards=${history === "fast-forward"}`];
  const receivePack = ["git", ...settings.flatMap((setting) => ["-c", `'${setting}'`]), "receive-pack"].join(" ");
  const leases = changes.map(({ ref, from }) => `--force-with-lease=${ref}:${from ?? ""}`);
  const refspecs = changes.map(({ ref, to }) => `${to ?? ""}:${ref}`);
  const args = ["push", "--porcelain", "--atomic", "--no-verify", "--no-follow-tags", "--recurse-submodules=no"];
  const where = ["--end-of-options", context.place.commonDir];
  const all = [...args, "--no-signed", `--receive-pack=${receivePack}`, ...leases, ...where, ...refspecs];
  const result = await context.view.attempt(all);
  if (result.exitCode === 0) return;
  throw refusal(result.stdout.toString("utf8")) ?? gitFailure(all, result);
}

/** Lines of `git push --porcelain`: flag, from:to, summary (reason). */
function refusal(porcelain: string): CrewError | undefined {
  const rejected = porcelain.split("\n").flatMap((line) => {
    const [flag, refs = "", summary = ""] = line.split("\t");
    const ref = refs.slice(refs.indexOf(":") + 1);
    return flag === "!" && !summary.includes("atomic push fail") ? [{ ref, summary }] : [];
  });
  const [first] = rejected;
  if (!first) return undefined;
  const inUse = rejected.find(({ summary }) => /currently checked out|current branch/.test(summary));
  if (inUse) {
    const branch = inUse.ref.replace("refs/heads/", "");
    return new CrewError("needs-you", `${branch} is checked out, so crew does not move it.`, {
      hint: "git worktree list shows where: switch to another branch there, or finish the rebase or bisect.",
      at: inUse.ref,
    });
  }
  if (/stale info|cannot lock ref|failed to update ref|already exists/.test(first.summary)) {
    return new CrewError("conflict", `${first.ref} was moved by somebody else.`, {
      hint: "The next pass sees it: crew up",
      at: first.ref,
    });
  }
  return new CrewError("failed", `${first.ref} could not be moved: ${lastWords(first.summary)}`, { at: first.ref });
}
