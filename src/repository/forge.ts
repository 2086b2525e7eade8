// The program of the person's own that speaks to where the remote lives: gh or glab. Asked with arguments, never through a
// shell.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { CrewError } from "../errors.ts";
import { runProgram } from "../program.ts";
import type { Context } from "./context.ts";
import { personEnvironment } from "./environment.ts";
import { remoteGit } from "./remote-push.ts";
import { oneLine } from "./text.ts";

const timeoutMs = 2 * 60_000;
const maxOutputBytes = 4 * 1024 * 1024;

export type ProgramName = "gh" | "glab";
export type Run = (args: readonly string[]) => Promise<string>;

/** What the remote's address tells; both are absent for a path. */
export interface Home {
  readonly host?: string;
  /** `owner/name`, of any depth. */
  readonly path?: string;
}

export async function homeOf(context: Context, remote: string, signal: AbortSignal | undefined): Promise<Home> {
  const url = (await remoteGit(context, signal).text(["remote", "get-url", "--push", "--", remote])).trim();
  const match =
    /^(?:https?|ssh|git):\/\/(?:[^/@]*@)?([^/:]+)(?::\d+)?\/(.+)$/.exec(url) ?? /^(?:[^/@]+@)?([^/:]+):(.+)$/.exec(url);
  const [, host, path] = match ?? [];
  if (host === undefined || path === undefined) return {};
  return { host, path: path.replace(/\/+$/, "").replace(/\.git$/, "") };
}

/** By the host's name; where that says nothing, whichever there is. */
export function programFor({ environment }: Context, { host = "" }: Home): ProgramName | undefined {
  const wanted: readonly ProgramName[] = /gitlab/i.test(host)
    ? ["glab"]
    : /github/i.test(host)
      ? ["gh"]
      : ["gh", "glab"];
  const folders = (environment.PATH ?? "").split(delimiter);
  return wanted.find((name) => folders.some((folder) => folder !== "" && isExecutable(join(folder, name))));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

interface Running {
  readonly program: ProgramName;
  readonly home: Home;
  /** What failed where it fails, such as `did not open the pull request`. */
  readonly doing: string;
  readonly signal: AbortSignal | undefined;
}

/**
 * Rejects with `doing` and the program's own words. A name with a dot is a host; one without may be an alias of ssh's, which
 * the program looks up by itself.
 */
export function runner(context: Context, { program, home, doing, signal }: Running): Run {
  const isNamed = home.host?.includes(".") === true && home.path !== undefined;
  const environment = {
    ...personEnvironment(context.environment),
    ...(isNamed && program === "gh" && { GH_REPO: `${home.host}/${home.path}` }),
    ...(isNamed && program === "glab" && { GITLAB_HOST: home.host ?? "" }),
    GH_PROMPT_DISABLED: "1",
    GH_NO_UPDATE_NOTIFIER: "1",
    NO_PROMPT: "1",
    NO_COLOR: "1",
  };
  return async (args) => {
    const cwd = context.place.topLevel;
    const ending = await runProgram({ argv: [program, ...args], cwd, environment, timeoutMs, maxOutputBytes, signal });
    if (ending.kind === "exited" && ending.exitCode === 0) return ending.stdout.toString("utf8");
    if (ending.kind === "not-started")
      throw new CrewError("failed", `${program} could not be started: ${ending.cause.message}`);
    const words = oneLine(ending.stderr.trim() || `it ended without a word`);
    const isLogin = /\bauth(entication)?\b|log ?in|\b401\b|\b403\b/i.test(words);
    throw new CrewError(isLogin ? "needs-you" : "failed", `${program} ${doing}: ${words}`, {
      hint: `${program} auth status; then crew land`,
    });
  };
}

export function jsonList(text: string, program: string): readonly Readonly<Record<string, unknown>>[] {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value) && value.every((each) => typeof each === "object" && each !== null)) return value;
  } catch {
    // Said below.
  }
  throw new CrewError("failed", `${program} answered something else than a list: ${oneLine(text, 200)}`, {
    hint: `${program} --version`,
  });
}

/** Where merge requests of the project are asked for: by its path, or as the one that `glab` finds by itself. */
export function mergeRequestsOf({ path }: Home): string {
  return `projects/${path === undefined ? ":fullpath" : encodeURIComponent(path)}/merge_requests`;
}
