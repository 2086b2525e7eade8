// The person's repository through simple-git, as the person: for questions whose answer is a sentence or a default.
// Loaded only when such a question comes up: it takes longer to load than git takes to answer.
import { closeSync, openSync } from "node:fs";
import type { SimpleGit } from "simple-git";
import { machineError } from "../errors.ts";
import { type Environment, personEnvironment } from "./environment.ts";

export interface Standpoint {
  readonly cwd: string;
  readonly environment: Environment;
  readonly signal?: AbortSignal | undefined;
}

export async function friendlyGit({ cwd, environment, signal }: Standpoint): Promise<SimpleGit> {
  const { simpleGit } = await import("simple-git");
  mustBeFree(files);
  const own = Object.entries(personEnvironment(environment)).filter(([name]) => harmless.test(name));
  const options = { baseDir: cwd, allowEnvironment: configFiles, ...(signal ? { abort: signal } : {}) };
  return simpleGit(options).env(Object.fromEntries(own));
}

/** What starting a program takes. */
const files = 12;

/** simple-git breaks off the process where its git cannot be started for want of descriptors. */
function mustBeFree(count: number): void {
  const open: number[] = [];
  try {
    while (open.length < count) open.push(openSync("/dev/null", "r"));
  } catch (error) {
    throw machineError(error) ?? error;
  } finally {
    for (const each of open) closeSync(each);
  }
}

/** Which config files git reads, and in which language it answers; nothing that it would run. */
const configFiles = ["GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM"];
const harmless = /^(PATH|HOME|XDG_CONFIG_HOME|USER|LANG|LANGUAGE|LC_[A-Z]+|GIT_CONFIG_(GLOBAL|SYSTEM|NOSYSTEM))$/;
