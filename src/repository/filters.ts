// Tries the person's filters on what a landing would write, before it writes anything: where one of them fails that must
// not, git stops in the middle and leaves half of the files there. Writes nothing.
import { mkdirSync } from "node:fs";
import { open } from "node:fs/promises";
import { devNull } from "node:os";
import { join } from "node:path";
import type { Oid } from "../model/names.ts";
import type { Context } from "./context.ts";
import { type Git, gitAt, gitDirOf, lastWords } from "./git.ts";
import { withTemporary } from "./temporary.ts";

export interface FilterTrial {
  /** The person's git in their work tree. */
  readonly git: Git;
  readonly from: Oid;
  readonly to: Oid;
  /** Of all filters together, milliseconds. */
  readonly timeoutMs: number;
}

/** git's words for the first file that cannot be written, or undefined where all can. */
export async function failingFilter(context: Context, trial: FilterTrial): Promise<string | undefined> {
  const { git, from, to } = trial;
  if (!(await requiresFilters(git))) return undefined;
  const files = await writtenFiles(context.view, { from, to });
  if (files === "") return undefined;
  return await withTemporary(context, async (path) => {
    // git stands in a work tree that has nothing but the attributes of what is landed: cat-file(1) reads no index.
    const tree = join(path, "tree");
    mkdirSync(tree);
    const own = { GIT_DIR: await gitDirOf(git), GIT_WORK_TREE: tree, GIT_INDEX_FILE: join(path, "index") };
    const there = gitAt({ ...git.place, cwd: tree, environment: { ...git.place.environment, ...own } });
    await there.bytes(["read-tree", to]);
    const attributes = await there.bytes(["ls-files", "-z", "--", ":(glob)**/.gitattributes"]);
    await there.bytes(["checkout-index", "-z", "--stdin"], { stdin: attributes });
    const nowhere = await open(devNull, "w");
    const options = { stdin: files, stdoutFd: nowhere.fd, timeoutMs: trial.timeoutMs };
    const tried = there.attempt(["cat-file", "--batch", "--filters", "-z"], options);
    const { exitCode, stderr } = await tried.finally(() => nowhere.close());
    return exitCode === 0 ? undefined : lastWords(stderr);
  });
}

/** Any other filter that fails leaves the file as it is in the repository: gitattributes(5). */
async function requiresFilters(git: Git): Promise<boolean> {
  const asked = ["config", "-z", "--type=bool", "--get-regexp", "^filter\\..*\\.required$"];
  const { stdout } = await git.attempt(asked);
  return stdout.toString("utf8").includes("\ntrue\0");
}

/** `<id> <path>` of each file, as cat-file(1) takes them; links and submodules go through no filter. */
async function writtenFiles(view: Git, { from, to }: Pick<FilterTrial, "from" | "to">): Promise<Uint8Array | ""> {
  const args = ["diff-tree", "-r", "-z", "--no-renames", "--diff-filter=d", "--end-of-options", from, to];
  // latin1 keeps every byte of a name that is no UTF-8.
  const fields = (await view.bytes(args)).toString("latin1").split("\0");
  const files = fields.flatMap((field, at) => {
    const [, mode = "", , oid = ""] = field.startsWith(":") ? field.split(" ") : [];
    return mode.startsWith("100") ? [`${oid} ${fields[at + 1]}\0`] : [];
  });
  return files.length === 0 ? "" : Buffer.from(files.join(""), "latin1");
}
