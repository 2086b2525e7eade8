// The one way in which crew moves branches that people see: a push into the user's git directory whose receiving side
// refuses branches that are checked out, and runs no hooks. Decides nothing.
import { CrewError } from "../errors.ts";
import type { Context } from "./context.ts";
import { gitFailure } from "./git.ts";
import { listRefs, type RefChange } from "./refs.ts";

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
  const rejected = rejections(result.stdout.toString("utf8"));
  const inUse = rejected.find(({ summary }) => /currently checked out|current branch/.test(summary));
  if (inUse) throw checkedOut(inUse.ref);
  // Whatever words git found for it: a ref that is not where it was expected has been moved meanwhile.
  const now = await listRefs(
    context,
    changes.map(({ ref }) => ref),
  );
  if (changes.every(({ ref, to }) => now.get(ref)?.oid === to)) return;
  const moved = changes.find(({ ref, from }) => now.get(ref)?.oid !== from);
  if (moved) {
    throw new CrewError("conflict", `${moved.ref} was moved by somebody else.`, {
      hint: "The next pass sees it: crew up",
      at: moved.ref,
    });
  }
  const [first] = rejected;
  if (!first) throw gitFailure(all, result);
  throw new CrewError("failed", `${first.ref} could not be moved: ${first.summary}`, { at: first.ref });
}

interface Rejection {
  readonly ref: string;
  readonly summary: string;
}

/** Lines of `git push --porcelain`: flag, from:to, summary (reason). */
function rejections(porcelain: string): readonly Rejection[] {
  return porcelain.split("\n").flatMap((line) => {
    const [flag, refs = "", summary = ""] = line.split("\t");
    const ref = refs.slice(refs.indexOf(":") + 1);
    return flag === "!" && !summary.includes("atomic push fail") ? [{ ref, summary }] : [];
  });
}

function checkedOut(ref: string): CrewError {
  return new CrewError("needs-you", `${ref.replace("refs/heads/", "")} is checked out, so crew does not move it.`, {
    hint: "git worktree list shows where: switch to another branch there, or finish the rebase or bisect.",
    at: ref,
  });
}
