// Opens a pull request, or brings the open one up to date, with the person's own gh or glab. What it says travels in a file
// and in arguments, never through a shell.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { CrewError } from "../errors.ts";
import type { PullRequestPlan } from "../model/remote.ts";
import type { Proposal } from "../ports/remote.ts";
import type { Context } from "./context.ts";
import { type Home, homeOf, jsonList, mergeRequestsOf, programFor, type Run, runner } from "./forge.ts";
import { writeFact } from "./pins.ts";
import { withTemporary } from "./temporary.ts";
import { oneLine } from "./text.ts";

export async function propose(context: Context, project: string, { request, atMs, signal }: Proposal): Promise<void> {
  const home = await homeOf(context, request.remote, signal);
  const program = programFor(context, home);
  if (program === undefined) throw noProgram(request, home);
  const run = runner(context, { program, home, doing: "did not open the pull request", signal });
  const url = await withTemporary(context, async (folder) => {
    const file = join(folder, "body.md");
    writeFileSync(file, request.body);
    return program === "gh" ? await withGh(run, request, file) : await withGlab(run, request, { file, home });
  });
  await writeFact(context, project, { kind: "pr", value: { tip: request.tip, url, atMs } });
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
  const project = mergeRequestsOf(home);
  const [head, target] = [branch, base].map(encodeURIComponent);
  const listed = await run(["api", `${project}?state=opened&source_branch=${head}&target_branch=${target}`]);
  const open = jsonList(listed, "glab").find(isFromHere);
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

/** A fork's branch may have the same name. */
function isFromHere({ source_project_id: from, target_project_id: to }: Readonly<Record<string, unknown>>): boolean {
  return from === to;
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
