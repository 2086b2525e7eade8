// Finds the repository that a person stands in, and says clearly when crew cannot work there. Changes nothing.
import { realpathSync } from "node:fs";
import { CrewError } from "../errors.ts";
import type { RepositoryPlace } from "./context.ts";
import { personEnvironment } from "./environment.ts";
import type { Standpoint } from "./friendly.ts";
import { gitAt } from "./git.ts";
import { explainUnusable, tooOld } from "./unusable.ts";

/** Two git processes side by side for a usable repository; the explanation of an unusable one takes its time. */
export async function discover(standpoint: Standpoint): Promise<RepositoryPlace> {
  const { cwd, environment, signal } = standpoint;
  const git = gitAt({ cwd, environment: personEnvironment(environment), signal });
  const questions = ["--path-format=absolute", "--show-toplevel", "--git-dir", "--git-common-dir"];
  const [found, version] = await Promise.all([
    git.attempt(["rev-parse", ...questions, "--show-object-format", "--verify", "HEAD^{commit}"]),
    git.attempt(["version"]),
  ]);
  const old = tooOld(version.stdout.toString("utf8"));
  if (old) throw old;
  const lines = found.stdout.toString("utf8").split("\n");
  const [topLevel, gitDir, commonDir, format, , ...more] = lines;
  if (found.exitCode !== 0 || !topLevel || !gitDir || !commonDir) {
    throw await explainUnusable(standpoint, found.stderr);
  }
  // Each answer is a line.
  if (more.length > 1 || /\r/.test(commonDir)) throw broken();
  if (format !== "sha1" && format !== "sha256") {
    throw new CrewError("failed", `${topLevel} names its objects in ${format}, which crew does not know.`);
  }
  return { topLevel, gitDir: realpathSync(gitDir), commonDir: realpathSync(commonDir), objectFormat: format };
}

function broken(): CrewError {
  return new CrewError("needs-you", "The repository's path holds a line break, which crew's records cannot.", {
    hint: "Rename that folder, or clone the repository elsewhere.",
  });
}
