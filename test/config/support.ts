// Loads crew files for the tests of the language, from text. Nothing is read from the disk or the environment.
import { type CrewSource, formatProblems, loadCrew } from "../../src/config/load.ts";

type Options = Partial<Omit<CrewSource, "text">>;

export function load(text: string, options: Options = {}) {
  return loadCrew({ file: "/work/shop/crew.yaml", env: {}, inputs: {}, ...options, text });
}

/** The problems as people read them; `none` where there are none. */
export function problemsIn(text: string, options: Options = {}): string {
  const { problems } = load(text, options);
  return problems.length === 0 ? "none" : formatProblems(problems, { text });
}

export function crewOf(text: string, options: Options = {}) {
  const { crew } = load(text, options);
  if (!crew) throw new Error(problemsIn(text, options));
  return crew;
}

export function canonicalOf(text: string, options: Options = {}) {
  const { canonical } = load(text, options);
  if (!canonical) throw new Error(problemsIn(text, options));
  return canonical;
}

/** What `crew up` refuses, as people read it. */
export function unsupportedIn(text: string, options: Options = {}): string {
  const { unsupported, problems } = load(text, options);
  if (problems.length > 0) throw new Error(problemsIn(text, options));
  return unsupported.length === 0 ? "none" : formatProblems(unsupported, { text });
}
