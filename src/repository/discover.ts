// Finds the repository that a person stands in, and says clearly when crew cannot work there. Changes nothing.
import { realpathSync } from "node:fs";
import { CrewError } from "../errors.ts";
import type { RepositoryPlace } from "./context.ts";
import { personEnvironment } from "./environment.ts";
import type { Standpoint } from "./friendly.ts";
import { gitAt } from "./git.ts";
import { explainUnusable } from "./unusable.ts";

/** One git process for a usable repository; the explanation of an unusable one takes its time. */
export async function discover(standpoint: Standpoint): Promise<RepositoryPlace> {
  const { cwd, environment, signal } = standpoint;
  const git = gitAt({ cwd, environment: personEnvironment(environment), signal });
  const questions = ["--path-format=absolute", "--show-toplevel", "--git-dir", "--git-common-dir"];
  const found = await git.attempt(["rev-parse", ...questions, "--show-object-format", "--verify", "HEAD^{commit}"]);
  const [topLevel, gitDir, commonDir, format] = found.stdout.toString("utf8").split("\n");
  if (found.exitCode !== 0 || !topLevel || !gitDir || !commonDir) {
    throw await explainUnusable(standpoint, found.stderr);
  }
  if (format !== "sha1" && format !== "sha256") {
    throw new CrewError("failed", `${topLevel} names its objects in ${format}, which crew does not know.`);
  }
  if (/[\n\r]/.test(commonDir)) throw new CrewError("failed", "The repository's path holds a line break.");
  return { topLevel, gitDir: realpathSync(gitDir), commonDir: realpathSync(commonDir), objectFormat: format };
}
