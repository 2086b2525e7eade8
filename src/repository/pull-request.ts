// Opens a pull request, or brings the open one up to date, with the person's own gh or glab. What it says travels in a file
// and in arguments, never through a shell.
import { accessSync, constants, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { CrewError } from "../errors.ts";
import type { PullRequestPlan } from "../model/remote.ts";
import type { Proposal } from "../ports/remote.ts";
import { runProgram } from "../program.ts";
import type { Context } from "./context.ts";
import { personEnvironment } from "./environment.ts";
import { writeFact } from "./pins.ts";
import { remoteGit } from "./remote-push.ts";
import { withTemporary } from "./temporary.ts";
import { oneLine } from "./text.ts";

const timeoutMs = 2 * 60_000;
const maxOutputBytes = 4 * 1024 * 1024;

export async function propose(context: Context, project: string, { request, atMs, signal }: Proposal): Promise<void> {
  const home = await homeOf(context, request.remote, signal);
  const program = programFor(context, home);
  if (program === undefined) throw noProgram(request, home);
  const run = runner(context, { program, home, signal });
  const url = await withTemporary(context, async (folder) => {
    const file = join(folder, "body.md");
    writeFileSync(file, request.body);
    return program === "gh" ? await withGh(run, request, file) : await withGlab(run, request, { file, home });
  });
  await writeFact(context, project, { kind: "pr", value: { tip: request.tip, url, atMs } });
}

type ProgramName = "gh" | "glab";
type Run = (args: readonly string[]) => Promise<string>;

/** What the remote's address tells; both are absent for a path. */
interface Home {
  readonly host?: string;
  /** `owner/name`, of any depth. */
  readonly path?: string;
}

async function homeOf(context: Context, remote: string, signal: AbortSignal | undefined): Promise<Home> {
  const url = (await remoteGit(context, signal).text(["remote", "get-url", "--push", "--", remote])).trim();
  const match =
    /^(?:https?|ssh|git):\/\/(?:[^/@]*@)?([^/:]+)(?::\d+)?\/(.+)$/.exec(url) ?? /^(?:[^/@]+@)?([^/:]+):(.+)$/.exec(url);
  const [, host, path] = match ?? [];
  if (host === undefined || path === undefined) return {};
  return { host, path: path.replace(/\/+$/, "").replace(/\.git$/, "") };
}

/** By the host's name; where that says nothing, whichever there is. */
function programFor({ environment }: Context, { host = "" }: Home): ProgramName | undefined {
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
  readonly signal: AbortSignal | undefined;
}

/** A name with a dot is a host; one without may be an alias of ssh's, which the program looks up by itself. */
function runner(context: Context, { program, home, signal }: Running): Run {
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
    throw new CrewError(isLogin ? "needs-you" : "failed", `${program} did not open the pull request: ${words}`, {
      hint: `${program} auth status; then crew land`,
    });
  };
}

async function withGh(run: Run, { base, branch, title }: PullRequestPlan, file: string): Promise<string> {
  const listed = [
    "pr",
    "list",
    `--head=${branch}`,
    `--base=${base}`,
    "--state=open",
    "--json=number,url,isCrossRepository",
  ];
  // A fork's branch may have the same name.
  const open = jsonList(await run(listed), "gh").find((each) => each.isCrossRepository !== true);
  if (open === undefined) {
    const made = await run([
      "pr",
      "create",
      `--head=${branch}`,
      `--base=${base}`,
      `--title=${title}`,
      `--body-file=${file}`,
    ]);
    return lastLine(made);
  }
  // `gh pr edit` asks for projects of the old kind too, which fails where there are none any more.
  const path = `repos/{owner}/{repo}/pulls/${Number(open.number)}`;
  await run(["api", "--method=PATCH", path, `--raw-field=title=${title}`, `--field=body=@${file}`]);
  return String(open.url);
}

interface Posting {
  readonly file: string;
  readonly home: Home;
}

/** `glab mr create` takes no file: its `api` does. */
async function withGlab(run: Run, { base, branch, title }: PullRequestPlan, { file, home }: Posting): Promise<string> {
  const project = `projects/${home.path === undefined ? ":fullpath" : encodeURIComponent(home.path)}/merge_requests`;
  const [head, target] = [branch, base].map(encodeURIComponent);
  const [open] = jsonList(
    await run(["api", `${project}?state=opened&source_branch=${head}&target_branch=${target}`]),
    "glab",
  );
  const words = [`--raw-field=title=${title}`, `--field=description=@${file}`];
  const said =
    open === undefined
      ? await run([
          "api",
          "--method=POST",
          project,
          `--raw-field=source_branch=${branch}`,
          `--raw-field=target_branch=${base}`,
          ...words,
        ])
      : await run(["api", "--method=PUT", `${project}/${Number(open.iid)}`, ...words]);
  const [made] = jsonList(`[${said}]`, "glab");
  return String(made?.web_url);
}

function jsonList(text: string, program: string): readonly Readonly<Record<string, unknown>>[] {
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

function lastLine(text: string): string {
  return oneLine(text.trim().split("\n").at(-1) ?? "");
}

/** The branch is on the remote already: what is left can be done by hand, and crew sees when it is merged. */
function noProgram({ branch, base, remote, title }: PullRequestPlan, { host }: Home): CrewError {
  const program = /gitlab/i.test(host ?? "") ? "glab" : "gh";
  const by = host === undefined || /git(hub|lab)/i.test(host) ? program : "gh or glab";
  return new CrewError("needs-you", `Cannot open a pull request: ${by} is not on the PATH.`, {
    hint: `Install ${by}, then crew land; or open it by hand on ${host ?? remote}: "${oneLine(title, 100)}", from ${branch} into ${base}. crew land sees when it is merged`,
  });
}
