// Waiting for at most so long: for `--wait-timeout`. What was waited for is broken off as by Ctrl-C, and told as a failure.
import { CrewError } from "../../errors.ts";
import type { Invocation } from "../invocation.ts";
import type { OpenProject } from "../project/opened.ts";
import { driverOf } from "./drivers.ts";

interface Limit {
  /** 0: none. */
  readonly seconds: number;
  readonly project: OpenProject;
}

/** Throws once the time is over; `work` answers its exit code. */
export async function withinTime(
  invocation: Invocation,
  { seconds, project }: Limit,
  work: (invocation: Invocation) => Promise<number>,
): Promise<number> {
  if (seconds === 0) return await work(invocation);
  const [over, done] = [new AbortController(), new AbortController()];
  const ended = AbortSignal.any([done.signal, invocation.signal]);
  const passing = project.engine.clock
    .sleep(seconds * 1000, ended)
    .then(() => ended.aborted || over.abort("--wait-timeout"));
  try {
    const code = await work({ ...invocation, signal: AbortSignal.any([invocation.signal, over.signal]) });
    if (!over.signal.aborted || code !== brokenOff) return code;
  } finally {
    done.abort();
    await passing;
  }
  const hint = (await driverOf(project)) ? "crew status" : "Nobody is driving: crew up";
  throw new CrewError("failed", `Not settled within ${seconds} s`, { hint });
}

/** The exit code of what was interrupted. */
const brokenOff = 130;
