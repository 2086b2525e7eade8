// Progress of a command that is over soon: plain lines, on a terminal too, unless another form is asked for.
import { createOutput, type Sink } from "../../ui/output.ts";
import { createProgress, type Progress, type ProgressForm } from "../../ui/progress.ts";
import type { GlobalFlags } from "../flags.ts";
import type { Invocation } from "../invocation.ts";
import type { OpenProject } from "../project/opened.ts";

export async function openPlainProgress(
  invocation: Invocation,
  flags: GlobalFlags,
  { engine }: OpenProject,
): Promise<{ readonly progress: Progress; readonly sink: Sink; readonly form: ProgressForm }> {
  const { progress: sink } = createOutput({ ...invocation, color: flags.color });
  const form = flags.progress === "auto" ? "plain" : flags.progress;
  const progress = await createProgress({ form, sink, clock: engine.clock, verbose: flags.verbose });
  return { progress, sink, form };
}
