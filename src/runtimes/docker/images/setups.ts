// Setups that run once for many: each in a container like a gate's, whose own layer then is an image's. What it has of the
// clone, secrets and variables is gone from there by then (gate.sh sees to it); what setup made is in a folder that is mounted
// nowhere.
import type { ContainerInfo, ImageInfo } from "dockerode";
import type { SetupRun, SetupsState } from "../../../model/world.ts";
import type { NewSetup, SetupRuns } from "../../../ports/setups.ts";
import { archiveOf } from "../archive.ts";
import { findContainer, removeContainer } from "../containers/containers.ts";
import { type DockerContext, inside } from "../context.ts";
import { isAnswer, isConflict, isNotFound, translated } from "../errors.ts";
import { resultOf, startClone } from "../gates/gates.ts";
import { label, labelsOf, setupContainerName, setupImageName } from "../names.ts";
import { tidy } from "../tidy.ts";
import { familiarName } from "./images.ts";
import { isKept, setupImage } from "./setup-images.ts";

const setupResult = `${inside.kept}/result`;

export function setupRuns(context: DockerContext): SetupRuns {
  return {
    start: (setup) => context.turns.making(() => startSetup(context, setup)),
    keep: (hash) => keepSetup(context, hash),
    forget: (hash) => forgetSetup(context, hash),
    remove: (hash) => removeSetup(context, hash),
  };
}

async function startSetup(context: DockerContext, setup: NewSetup): Promise<void> {
  const { names } = context;
  const { hash, run, key, container, ...rest } = setup;
  await startClone(context, {
    name: setupContainerName(names, hash),
    labels: labelsOf(names, "setup", { [label.setup]: hash }),
    gate: {
      ...rest,
      key: hash,
      gate: "setup",
      run: "",
      setup: run,
      setupKey: key,
      // Its products go into its own layer.
      container: { ...container, readOnly: false },
    },
    result: setupResult,
    entries: [
      { name: `${inside.home.slice(1)}/parts/keep`, content: "" },
      { name: `${inside.kept.slice(1)}/`, mode: 0o777 },
    ],
  });
}

/** One that cannot be made, as on a full disk, is what the run came to: nobody waits for it any longer. */
async function keepSetup(context: DockerContext, hash: string): Promise<void> {
  const { names } = context;
  if ((await setupImage(context, hash)) !== undefined) return;
  const container = (await context.engine()).getContainer(setupContainerName(names, hash));
  const [repo, tag] = setupImageName(hash).split(":");
  try {
    await container.commit({ repo, tag, comment: "what a setup made, for crew" });
  } catch (error) {
    const said = translated(error, "its image cannot be made");
    if (isNotFound(error) || !isAnswer(error)) throw said;
    const result = `Kind: exited\nExit: 1\n\n${said.message}\n`;
    const entries = [{ name: "result", content: result, mode: 0o644 }];
    await container.putArchive(archiveOf(entries), { path: inside.kept }).catch((again: unknown) => {
      throw translated(again, setupContainerName(names, hash));
    });
  }
}

async function forgetSetup(context: DockerContext, hash: string): Promise<void> {
  try {
    await (await context.engine()).getImage(setupImageName(hash)).remove();
  } catch (error) {
    // A container is made of it: whoever removes that last may remove this.
    if (!isNotFound(error) && !isConflict(error)) throw translated(error, `image ${setupImageName(hash)}`);
  }
}

async function removeSetup(context: DockerContext, hash: string): Promise<void> {
  const name = setupContainerName(context.names, hash);
  if (!(await findContainer(context, name))) return;
  await removeContainer(context, name);
  await tidy(context);
}

/** From what was listed already. */
export async function setupsIn(
  context: DockerContext,
  { containers, images }: { readonly containers: readonly ContainerInfo[]; readonly images: readonly ImageInfo[] },
): Promise<SetupsState> {
  const { names } = context;
  const kept = images.flatMap(({ RepoTags, Labels }) => {
    const hash = isKept(names, Labels) ? (Labels?.[label.setup] ?? "") : "";
    const isNamed = (RepoTags ?? []).some((tag) => familiarName(tag) === setupImageName(hash));
    return isNamed ? [[hash, { isOwn: Labels?.[label.project] === names.project }] as const] : [];
  });
  const runs = await Promise.all(containers.map((each) => observeSetup(context, each)));
  return { images: new Map(kept), runs: new Map(runs.map((run) => [run.hash, run])) };
}

async function observeSetup(
  context: DockerContext,
  { Labels, State, Names, Created }: ContainerInfo,
): Promise<SetupRun> {
  // The engine tells whole seconds: not before it really was.
  const run = { hash: Labels[label.setup] ?? "", createdAtMs: Created * 1000 + 999 };
  if (State === "running" || State === "paused") return { ...run, running: true };
  const result = await resultOf(context, Names[0]?.slice(1) ?? "", setupResult);
  return { ...run, running: false, ...(result && { result }) };
}
