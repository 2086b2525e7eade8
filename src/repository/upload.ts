// Fetches one ref over an upload-pack that runs inside an instance. The only place where bytes of an instance meet git on
// the host; its clone is never opened from here.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CrewError } from "../errors.ts";
import type { Oid } from "../model/names.ts";
import type { UploadConnection, UploadPack } from "../ports/runtime.ts";
import type { ImportLimits } from "./context.ts";
import { type Git, lastWords } from "./git.ts";

export interface FetchRequest {
  /** Full name in the instance's clone. */
  readonly ref: string;
  readonly uploadPack: UploadPack;
  readonly quarantine: { readonly git: Git; readonly path: string };
  readonly limits: ImportLimits;
}

/** A broken connection is none of these: it is an error, and tried again. */
export type Fetched =
  | { readonly kind: "fetched"; readonly commit: Oid }
  | { readonly kind: "absent" }
  /** git would not take the objects. */
  | { readonly kind: "refused"; readonly reason: string };

const fetchedRef = "refs/import/commit";

export async function fetchFrom({ ref, uploadPack, quarantine, limits }: FetchRequest): Promise<Fetched> {
  const { git, path } = quarantine;
  const quiet = ["--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", "--no-recurse-submodules"];
  const connection = await connect(uploadPack, path);
  const address = connection ? "fd::3" : "ext::sh upload.sh";
  const args = ["fetch", ...quiet, "--refmap=", "--end-of-options", address, `+${ref}:${fetchedRef}`];
  const options = { under: sizeLimit(limits.maxBytes), timeoutMs: limits.timeoutMs };
  const result = await git
    .attempt(args, { ...options, ...(connection && { socket: connection.stream }) })
    .finally(async () => {
      const said = await connection?.close();
      if (said !== undefined) writeFileSync(join(path, saidFile), said);
    });
  if (result.exitCode === 0) return await fetchedCommit(git, ref);
  const { stderr } = result;
  if (/^fatal: couldn't find remote ref /m.test(stderr)) return { kind: "absent" };
  const reason = refusal(stderr, limits);
  if (reason !== undefined) return { kind: "refused", reason };
  throw new CrewError("failed", `Nothing could be fetched from the instance: ${transportWords(path, stderr)}`, {
    hint: "It is tried again; crew logs shows what the instance is doing.",
  });
}

/** git speaks to it by a program beside it, or over a socket that it is given as descriptor 3 (git-remote-fd(1)). */
async function connect(uploadPack: UploadPack, path: string): Promise<UploadConnection | undefined> {
  if (uploadPack.kind === "connection") return await uploadPack.open();
  writeFileSync(join(path, "upload.sh"), uploadScript(uploadPack.argv));
  return undefined;
}

const saidFile = "upload.stderr";

/**
 * Its working directory is the quarantine, so the address needs no quoting. What git sets for its helpers would lead the
 * instance's git to the quarantine; what the instance says goes where it cannot be taken for git's words.
 */
function uploadScript(argv: readonly string[]): string {
  const command = argv.map((part) => `'${part.replaceAll("'", "'\\''")}'`).join(" ");
  return `unset GIT_DIR GIT_OBJECT_DIRECTORY GIT_SHALLOW_FILE GIT_CONFIG_PARAMETERS\nexec ${command} 2>${saidFile}\n`;
}

/**
 * POSIX counts files in blocks of 512 bytes. Where a lower limit stands already, that one holds. With the signal ignored
 * git says what happened; it would end without a word.
 */
function sizeLimit(maxBytes: number): readonly [string, ...string[]] {
  const blocks = Math.ceil(maxBytes / 512);
  const script = `trap '' XFSZ; ulimit -f ${blocks} 2>/dev/null || [ "$(ulimit -f)" -le ${blocks} ] || exit 126; exec "$@"`;
  return ["sh", "-c", script, "sh"];
}

async function fetchedCommit(git: Git, ref: string): Promise<Fetched> {
  const { exitCode, stdout } = await git.attempt(["rev-parse", "--verify", "--quiet", `${fetchedRef}^{commit}`]);
  if (exitCode === 0) return { kind: "fetched", commit: stdout.toString("utf8").trim() };
  return { kind: "refused", reason: `${ref} in the clone is not a commit` };
}

function refusal(stderr: string, limits: ImportLimits): string | undefined {
  const check = /^error: object [0-9a-f]+: (.*)$/m.exec(stderr)?.[1];
  if (check !== undefined) return `git fsck refuses an object: ${check}`;
  if (/^fatal: fsck error/m.test(stderr)) return `git fsck refuses an object: ${lastWords(stderr)}`;
  if (/File too large/.test(stderr)) {
    return `it is larger than ${limits.maxBytes / 1024 / 1024} MiB`;
  }
  const isIncomplete = /did not send all necessary objects|repository corruption on the remote side/.test(stderr);
  if (isIncomplete) return "objects that it needs are missing from the clone";
  return undefined;
}

function transportWords(path: string, stderr: string): string {
  const said = readIfThere(join(path, saidFile));
  return said.trim() === "" ? lastWords(stderr) : `${lastWords(said)} (${lastWords(stderr)})`;
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8").slice(-4_096);
  } catch {
    return "";
  }
}
