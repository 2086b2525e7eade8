// crew doctor: looks at the machine, the repository, its projects and what they left, and says what is wrong, each with the
// command that mends it. Changes nothing.
import type { Health } from "../model/health.ts";
import { untriedWords } from "../plan/agents.ts";
import { diagnose } from "../plan/health.ts";
import { jsonText } from "../ui/clean.ts";
import { doctorText } from "../ui/doctor.ts";
import { createOutput } from "../ui/output.ts";
import type { Invocation } from "./invocation.ts";
import { type CheckupFlags, lookAround } from "./upkeep/checkup.ts";

export interface DoctorFlags extends CheckupFlags {
  readonly format: string;
}

/** 5 when something is found: each is a person's to mend. */
export async function doctor(invocation: Invocation, flags: DoctorFlags): Promise<number> {
  const health = await lookAround(invocation, flags);
  const diagnosis = { seen: seenOf(health), findings: diagnose(health) };
  const { data } = createOutput({ ...invocation, color: flags.color });
  data.write(flags.format === "json" ? `${jsonText(diagnosis, 2)}\n` : doctorText(diagnosis, data.format()));
  await data.flush();
  return diagnosis.findings.length === 0 ? 0 : 5;
}

function seenOf({ machine, tracker, engine, untried = new Map(), projects }: Health): readonly string[] {
  const programs = [
    ...(machine.git === undefined ? [] : [`git ${machine.git}`]),
    ...(machine.hasShell ? ["sh"] : []),
    ...(machine.hasSetsid ? ["setsid"] : []),
    ...(tracker === undefined ? [] : [tracker]),
  ];
  const engines = engine === undefined ? [] : [engine];
  return [
    programs.join(", "),
    ...engines,
    ...[...untried].map(([preset, roles]) => `${preset} for ${roles.join(", ")}: ${untriedWords}`),
    ...projects.map(({ name, isDriven }) => `project ${name}${isDriven ? ", driven" : ""}`),
  ];
}
