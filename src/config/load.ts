// Text → Crew, and the folder's face: whoever reads a crew file imports from here. Pure but for find.ts; the caller reads
// the file. The stages, one file or folder each: parse → inputs, interpolate → shape → normalise → rules → build.
import type { Crew } from "../model/crew.ts";
import { buildCrew } from "./build.ts";
import { missingBuildFiles } from "./build-files.ts";
import type { Canonical } from "./canonical.ts";
import type { Declared } from "./containers/index.ts";
import { withDevcontainers } from "./devcontainer/expand.ts";
import { readEnvFiles } from "./env-files.ts";
import { readInputs } from "./inputs.ts";
import { interpolate } from "./interpolate.ts";
import { normalise } from "./normalise/index.ts";
import { parse } from "./parse.ts";
import { readPresets } from "./presets/read.ts";
import { type Finding, type Problem, problemsOf, type Report } from "./problem.ts";
import { checkRules } from "./rules/index.ts";
import type { Known } from "./rules/rule.ts";
import { readSecrets } from "./secrets.ts";
import { checkShape } from "./shape.ts";
import type { Sources } from "./sources.ts";
import type { Mapping } from "./tree.ts";
import { unsupportedIn } from "./unsupported.ts";
import { type UsedVariable, usedVariables } from "./used-variables.ts";

export type { Canonical } from "./canonical.ts";
export { findCrewFile } from "./find.ts";
export { formatConfig } from "./format-config.ts";
export { formatProblems, formatProblemsJson } from "./format-problems.ts";
export type { Problem } from "./problem.ts";
export type { Known } from "./rules/rule.ts";

export interface CrewSource {
  /** Absolute path of the crew file. */
  readonly file: string;
  readonly text: string;
  /** Variables for `${VAR}`, and for environment keys without a value. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Values of `--set name=value`. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly known?: Known;
  /** Of files that it names; absent: none can be read. */
  readonly readText?: Sources["readText"];
  readonly kindAt?: Sources["kindAt"];
  readonly namesIn?: Sources["namesIn"];
}

/** Either problems, or `crew` and `canonical`. */
export interface Loaded {
  readonly crew?: Crew;
  /** The file in its long form. */
  readonly canonical?: Canonical;
  /** In the order of the file. */
  readonly problems: readonly Problem[];
  /** Keys that are right and that this version cannot do yet: `crew up` refuses them, `crew config` does not. */
  readonly unsupported: readonly Problem[];
  /** What is wrong with presets of the team's own, each in its file: whoever only looks on does without. */
  readonly presets: readonly Problem[];
  /** Sources of values that are not there: whatever needs the values is refused. */
  readonly missing: readonly Problem[];
}

/** What the text names, whatever of it has a value; or what keeps it from being read. */
export function variablesIn(source: Pick<CrewSource, "file" | "text">): {
  readonly variables: readonly UsedVariable[];
  readonly problems: readonly Problem[];
} {
  const { tree, findings, lines } = parse(source.text);
  return { variables: tree ? usedVariables(tree) : [], problems: problemsOf(findings, { ...source, lines }) };
}

/** Never throws, whatever the text. */
export function loadCrew(source: CrewSource): Loaded {
  const { tree, findings, lines } = parse(source.text);
  const problems = (found: readonly Finding[]): readonly Problem[] => problemsOf(found, { ...source, lines });
  return tree
    ? loadTree({ source, tree, parsing: findings, problems })
    : { problems: problems(findings), unsupported: [], presets: [], missing: [] };
}

/** The same of a tree that is read already, `problems` placing what is found in its text. */
export function loadTree(from: {
  readonly source: CrewSource;
  readonly tree: Mapping;
  readonly parsing: readonly Finding[];
  readonly problems: (findings: readonly Finding[]) => readonly Problem[];
}): Loaded {
  const { source, tree } = from;
  const findings: Finding[] = [...from.parsing];
  const report: Report = (at, message, help) => findings.push({ at, message, ...help });
  const inputs = readInputs(tree, source.inputs, report);
  const written = interpolate(tree, { text: source.text, variables: { inputs, env: source.env } }, report);
  const shaped = checkShape(written);
  const normalised = normalise(shaped.file, { path: source.file, inputs });
  const { canonical } = normalised;
  const sources: Sources = { readText: nothing, kindAt: () => "absent", namesIn: () => [], ...source };
  const draft = { ...shaped, written, canonical, known: source.known ?? {}, sources };
  findings.push(...shaped.findings, ...checkRules(draft));
  if (findings.length > 0) return { problems: from.problems(findings), unsupported: [], presets: [], missing: [] };
  const { secrets, missing } = readSecrets(tree, canonical, sources);
  const declared = { volumes: shaped.file.volumes ?? {}, networks: shaped.file.networks ?? {}, sources } as Declared;
  const { env, file: path, text } = source;
  const { variables: files, missing: missingFiles } = readEnvFiles(tree, canonical, sources);
  const { files: presets, findings: ofPresets } = readPresets(draft, sources);
  const expanded = withDevcontainers(draft, sources);
  return {
    crew: buildCrew(
      { ...normalised, canonical: expanded.canonical },
      { path, text, inputs, env, secrets, declared, files, presets },
    ),
    canonical,
    problems: [],
    unsupported: from.problems(unsupportedIn(shaped.tree, canonical, presets)),
    presets: from.problems(ofPresets),
    missing: from.problems([...missing, ...missingFiles, ...expanded.missing, ...missingBuildFiles(draft, sources)]),
  };
}

function nothing(): undefined {
  return undefined;
}
