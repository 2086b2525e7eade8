// Finds the repository that a person stands in, and says clearly when crew cannot work there. Changes nothing.
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { CrewError } from "../errors.ts";
import type { RepositoryPlace } from "./context.ts";
import { personEnvironment } from "./environment.ts";
import type { Standpoint } from "./friendly.ts";
import { type GitOutcome, gitAt, gitMissing } from "./git.ts";
import { explainUnusable, tooOld } from "./unusable.ts";

/** In the git directory of a resolution's work tree: the top of the one that it was asked for in. */
export const topFile = "crew-top";

/** What git says of itself, and then of the place that a person stands in. */
export type Asked = Promise<GitOutcome>;

/** Both under one shell: what is started from Node itself takes it milliseconds, each. */
export async function askAround({ cwd, environment, signal }: Standpoint): Asked {
  const git = gitAt({ cwd, environment: personEnvironment(environment), signal });
  const questions = ["--path-format=absolute", "--show-toplevel", "--git-dir", "--git-common-dir"];
  return await git.attempt(["rev-parse", ...questions, "--show-object-format", "--verify", "HEAD^{commit}"], {
    under: ["sh", "-c", 'command git version && echo && exec "$@"', "sh"],
  });
}

/** A shell's exit code where there is no such program. */
const notFound = 127;

/** `asked`: as far as that was begun before. The explanation of an unusable repository takes its time. */
export async function discover(standpoint: Standpoint, asked = askAround(standpoint)): Promise<RepositoryPlace> {
  const found = await asked;
  if (found.exitCode === notFound) throw gitMissing();
  const [version = "", ...answers] = found.stdout.toString("utf8").split("\n\n");
  const lines = answers.join("\n\n").split("\n");
  const old = tooOld(version);
  if (old) throw old;
  const [topLevel, gitDir, commonDir, format, , ...more] = lines;
  if (found.exitCode !== 0 || !topLevel || !gitDir || !commonDir) {
    throw await explainUnusable(standpoint, found.stderr);
  }
  // Each answer is a line.
  if (more.length > 1 || /\r/.test(commonDir)) throw broken();
  if (format !== "sha1" && format !== "sha256") {
    throw new CrewError("failed", `${topLevel} names its objects in ${format}, which crew does not know.`);
  }
  const place = { gitDir: realpathSync(gitDir), commonDir: realpathSync(commonDir), objectFormat: format } as const;
  const resolves = projectWithin(place.commonDir, realpathSync(topLevel));
  if (resolves === undefined) return { topLevel, ...place };
  // It holds an agent's content, and goes away under whoever works in it.
  return { ...(await discover({ ...standpoint, cwd: personsTop(place) })), resolves };
}

/** The project in whose resolution the work tree is. */
function projectWithin(commonDir: string, topLevel: string): string | undefined {
  const folder = dirname(topLevel);
  return basename(folder) === "resolve" && dirname(dirname(folder)) === join(commonDir, "crew")
    ? basename(dirname(folder))
    : undefined;
}

/** Where the resolution was asked for, as long as that is there; else the main work tree. */
function personsTop({ gitDir, commonDir }: Pick<RepositoryPlace, "gitDir" | "commonDir">): string {
  const file = join(gitDir, topFile);
  const top = existsSync(file) ? readFileSync(file, "utf8").replace(/\n$/, "") : "";
  return existsSync(join(top, ".git")) && top !== "" ? top : dirname(commonDir);
}

function broken(): CrewError {
  return new CrewError("needs-you", "The repository's path holds a line break, which crew's records cannot.", {
    hint: "Rename that folder, or clone the repository elsewhere.",
  });
}
