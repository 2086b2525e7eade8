// The long form of gates: named, with the setup, image and services of `defaults` where they have none. Pure.
import type { CanonicalGate } from "../canonical.ts";
import type { CrewFile, Gate } from "../generated/crew-file.ts";
import type { Path } from "../tree.ts";
import { environmentOf, listOf, longBuild, setupOf } from "./forms.ts";
import { withoutOtherImage } from "./roles.ts";

const gateDefaults = { timeout: "30m", on: ["candidate", "land"] } as const;

/** Gates by name. Of two with one name, which the rules refuse, the first. */
export function gatesOf(file: Partial<CrewFile>): Record<string, CanonicalGate> {
  const gates = new Map<string, CanonicalGate>();
  for (const { name, gate } of namedGates(file)) {
    if (!gates.has(name)) gates.set(name, gateOf(gate, file.defaults));
  }
  return Object.fromEntries(gates);
}

/** Every gate as it was written, and where: listed ones are named by their command, the others by their key. */
export function namedGates(
  file: Partial<CrewFile>,
): readonly { readonly name: string; readonly gate: Gate; readonly at: Path }[] {
  const { gates = [] } = file;
  if (!Array.isArray(gates)) {
    return Object.entries(gates).map(([name, gate]) => ({ name, gate, at: ["gates", name] }));
  }
  return gates.map((gate, index) => ({ name: runOf(gate), gate, at: ["gates", index] }));
}

function runOf(gate: Gate): string {
  return typeof gate === "string" ? gate : gate.run;
}

function gateOf(gate: Gate, defaults: CrewFile["defaults"]): CanonicalGate {
  const {
    setup,
    environment,
    on,
    timeout,
    paths,
    build: ownBuild,
    ...rest
  } = typeof gate === "string" ? { run: gate } : gate;
  const { setup: setupAll, services, pull_policy: policyAll } = defaults ?? {};
  const {
    image,
    build: buildAll,
    devcontainer,
  } = withoutOtherImage(defaults ?? {}, typeof gate === "string" ? {} : gate);
  const build = ownBuild ?? buildAll;
  const ownSetup = setup ?? setupAll;
  return {
    ...(image === undefined ? {} : { image }),
    ...(devcontainer === undefined ? {} : { devcontainer }),
    ...(services === undefined ? {} : { services }),
    ...(policyAll === undefined ? {} : { pull_policy: policyAll }),
    ...rest,
    ...(build === undefined ? {} : { build: longBuild(build) }),
    ...(ownSetup === undefined ? {} : { setup: setupOf(ownSetup) }),
    timeout: timeout ?? gateDefaults.timeout,
    environment: environmentOf(environment ?? {}),
    ...(paths === undefined ? {} : { paths: listOf(paths) }),
    on: on === undefined ? gateDefaults.on : (listOf(on) as CanonicalGate["on"]),
  };
}
