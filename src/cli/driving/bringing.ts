// Brings images for a person, one command at a time: what was done and what not is said as it happens.
import { CrewError, exitCodeOf } from "../../errors.ts";
import { whileBringing } from "../../execute/lock.ts";
import { type Walked, walk } from "../../execute/walk.ts";
import type { Attention } from "../../model/attention.ts";
import { wantedImages, withImages } from "../../model/images.ts";
import type { Operation } from "../../model/plan.ts";
import type { Bringing } from "../../plan/bringing.ts";
import type { LookedInto } from "../../plan/images.ts";
import type { BuildOptions } from "../../ports/runtime.ts";
import { attentionLines, errorText } from "../../ui/attention.ts";
import { jsonText } from "../../ui/clean.ts";
import { couldNot, driverEvents } from "../../ui/driver-events.ts";
import { renderLines, span, whole } from "../../ui/lines.ts";
import type { GlobalFlags } from "../flags.ts";
import type { Invocation } from "../invocation.ts";
import { mustHaveContainers } from "../known-role.ts";
import type { Project } from "../project/opened.ts";
import { openProject } from "../project/project.ts";
import { mustBeRoles } from "../said.ts";
import { openPlainProgress } from "./plain-progress.ts";
import { typed } from "./up-flags.ts";

interface Seen extends Bringing {
  readonly looked: LookedInto;
}

export interface Brings {
  /** What there is by now. */
  look(): Promise<Seen>;
  /** Pulls and builds; a failure leaves the others. What a builder says is shown as it comes, or only where it fails. */
  bring(operations: readonly Operation[], options?: { readonly isShown: boolean }): Promise<void>;
}

/** What nobody can bring. */
type Work = (brings: Brings) => Promise<readonly Attention[]>;

/** `nothing`: what is said where there was nothing to do. Answers the exit code. */
export async function bringing(
  invocation: Invocation,
  {
    flags,
    roles,
    nothing,
  }: { readonly flags: GlobalFlags; readonly roles: readonly string[]; readonly nothing: string },
  work: Work,
): Promise<number> {
  const project = await openProject(invocation, flags);
  mustBeRoles(project.crew, roles);
  mustHaveContainers(project.crew, "images");
  const { engine, crew } = project;
  const { signal } = invocation;
  const command = typed(invocation.argv);
  const { progress, sink, form } = await openPlainProgress(invocation, flags, project);
  const events = driverEvents({ nowMs: () => engine.clock.nowMs(), emit: progress.show, crew });
  const walks: Walked[] = [];
  const isText = form === "plain" || form === "tty";
  const show = (line: string) => sink.write(renderLines([whole("  ", span(line, "dim"))], sink.format()));
  const left = await whileBringing(engine, { command, signal }, () =>
    work({
      look: async () => await look(project, roles),
      bring: async (operations, { isShown } = { isShown: false }) => {
        const kept: string[] = [];
        const onLine = isShown && isText ? show : (line: string) => void kept.push(line);
        const onFailed = (operation: Operation, error: CrewError) => {
          if (form === "json") return events.onFailed(operation, error);
          if (isText) kept.forEach(show);
          sink.write(errorText(said(operation, error, command), { ...sink.format(), verbose: flags.verbose }));
        };
        const perform = (operation: Operation) => bringOne(operation, engine, { onLine, signal });
        walks.push(await walk(operations, { ...events, onFailed, perform, signal }));
      },
    }),
  );
  signal.throwIfAborted();
  const failed = walks.flatMap((walked) => walked.failed);
  const isDone = walks.some(({ done }) => done.length > 0);
  if (form === "json") {
    const at = engine.clock.nowMs();
    for (const each of left) sink.write(`${jsonText({ type: "attention", at, ...each })}\n`);
  } else {
    sink.write(renderLines(attentionLines(left), sink.format()));
  }
  if (failed.length === 0 && left.length === 0 && !isDone && form === "plain") sink.write(nothing);
  await sink.flush();
  const codes = [...failed.map(({ error }) => exitCodeOf(error)), ...left.map(() => 5)];
  return codes.find((code) => code !== 5) ?? codes[0] ?? 0;
}

async function look({ crew, engine }: Project, roles: readonly string[]): Promise<Seen> {
  const seen = await engine.runtime.observe(wantedImages(crew));
  return {
    crew: withImages(crew, seen, engine.repository.id),
    images: seen.images ?? new Map(),
    ...(roles.length > 0 && { roles }),
    looked: { world: { repository: engine.repository, runtime: seen } },
  };
}

/** What mends it is followed by the same command again, not by `crew up`. */
function said(operation: Operation, { code, message, hint, cause }: CrewError, command: string): CrewError {
  const again = hint?.replace(/crew up$/, () => command);
  return new CrewError(code, `${couldNot(operation)}: ${message}`, {
    cause,
    ...(again !== undefined && { hint: again }),
  });
}

async function bringOne(operation: Operation, { runtime }: Project["engine"], options: BuildOptions): Promise<void> {
  if (operation.kind === "image.pull") await runtime.pullImage(operation.image);
  if (operation.kind === "image.build") await runtime.buildImage(operation, options);
}
