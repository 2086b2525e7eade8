// The driver's own command, started by `crew up`: drives until the epic is complete or it is told to end.

import { starter } from "./driving/driver-start.ts";
import { driveHere } from "./driving/driving.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import { openProject } from "./project/project.ts";

export interface DriveFlags extends GlobalFlags {
  readonly startedAt: number;
  readonly allowRedBase?: boolean;
  readonly removeOrphans?: boolean;
  readonly roles?: string;
  readonly keepAsMade?: string;
  readonly epic?: string;
  readonly pull?: "missing" | "never";
  /** Whoever started it says when to begin. */
  readonly onCall?: boolean;
}

export async function driveCommand(invocation: Invocation, flags: DriveFlags): Promise<number> {
  const called = flags.onCall === true ? starter(invocation.signal) : undefined;
  const project = await openProject(invocation, flags);
  if (called && !(await called.saysGo)) return 130;
  const { outlook } = await driveHere(invocation, flags, {
    project,
    until: "complete",
    command: "crew up",
    onEvent: () => undefined,
    ...(called && { onDriving: called.tell }),
    planOptions: {
      startedAtMs: flags.startedAt,
      allowRedBase: flags.allowRedBase === true,
      removeOrphans: flags.removeOrphans === true,
      ...(flags.keepAsMade !== undefined && { noRecreate: flags.keepAsMade.split(",") }),
      ...(flags.pull !== undefined && { pull: flags.pull }),
      ...(flags.roles !== undefined && { roles: flags.roles.split(","), keepsOthers: true }),
    },
  });
  return outlook === "complete" ? 0 : 130;
}
