// Keeps the work of a stopped instance, and looks at the work of any, by the supervisor's own script beside its volume.
import { CrewError, machineErrorIn } from "../../../errors.ts";
import { findContainer } from "../containers/containers.ts";
import { type DockerContext, inside } from "../context.ts";
import { workKept } from "../mail/slots.ts";
import { label, roleName } from "../names.ts";
import { findVolume } from "../volumes/volumes.ts";
import { runReader } from "./reader.ts";

/** supervisor.sh's exit code for a clone that is none of its own, and the reader's own for none at all. */
const brokenClone = 3;
const noClone = 44;

/** False: there is no clone, or nothing in it but what it was made with. */
export async function rescue(context: DockerContext, role: string): Promise<boolean> {
  const name = roleName(context.names, role);
  const known = context.kept.get(context.listed.last?.volumes.get(name)?.slot ?? "");
  if (known) return known === "all";
  const found = await findContainer(context, name);
  if (found?.State.Running) {
    throw new CrewError("failed", `The work of ${role} cannot be rescued: the instance is running`, {
      hint: `crew stop ${role}`,
    });
  }
  const slot = (await findVolume(context, name))?.Labels[label.slot];
  const kept = slot === undefined ? undefined : (context.kept.get(slot) ?? (await workKept(context, slot)));
  if (kept) return kept === "all";
  return await capture(context, role, "rescue");
}

export async function snapshot(context: DockerContext, role: string): Promise<boolean> {
  return await capture(context, role, "snapshot");
}

async function capture(context: DockerContext, role: string, verb: "rescue" | "snapshot"): Promise<boolean> {
  // As text: the agent cannot have replaced it.
  const script = `[ -e "$1/work" ] || exit ${noClone}; text=$2; shift; exec /bin/sh -c "$text" supervisor.sh ${verb} ${inside.home}`;
  const run = await runReader(context, { role, script, args: [inside.home, context.assets.supervisor] });
  if (!run || run.exitCode === noClone) return false;
  if (run.exitCode === 0) return true;
  const refused = machineErrorIn(run.complaint, `volume ${roleName(context.names, role)}`);
  if (refused) throw refused;
  const why = run.complaint === "" ? `sh ended with ${run.exitCode}` : run.complaint;
  const what = verb === "rescue" ? "rescued" : "looked at";
  throw new CrewError(
    run.exitCode === brokenClone ? "needs-you" : "failed",
    `The work of ${role} cannot be ${what}: ${why}`,
    {
      at: `volume ${roleName(context.names, role)}`,
      hint: "Look into that volume, copy what you need out of it, and remove it; then type the same command again",
    },
  );
}
