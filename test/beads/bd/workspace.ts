// A workspace of a real bd in a scratch folder: made once for each version, copied for each test.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bdEnvironment, type Workspace } from "../../../src/beads/bd/environment.ts";
import { type BdOptions, bdBeads } from "../../../src/beads/bd/tracker.ts";
import type { Clock } from "../../../src/ports/clock.ts";
import type { Tracker } from "../../../src/ports/tracker.ts";
import { type BdVersion, binaryOf } from "./binaries.ts";

export interface BdWorkspace {
  readonly workspace: Workspace;
  open(clock: Clock, actor: string, options?: Partial<BdOptions>): Tracker;
  /** Runs the real bd as a person would. Returns stdout. */
  bd(...args: readonly string[]): string;
  /** Files in the folder that the template lacks, besides those of beads. */
  strangers(): readonly string[];
  /** Command lines of processes that work in the folder. */
  processes(): readonly string[];
  remove(): void;
}

export function bdWorkspace(version: BdVersion, root = mkdtempSync(join(tmpdir(), "crew-bd-"))): BdWorkspace {
  cpSync(templateOf(version), root, { recursive: true });
  const workspace = { root, beadsDir: join(root, ".beads") };
  const environment = process.env;
  return {
    workspace,
    open: (clock, actor, options = {}) =>
      bdBeads({ command: binaryOf(version), workspace, environment, clock, actor, ...options }),
    bd: (...args) =>
      execFileSync(binaryOf(version), args, {
        cwd: root,
        env: bdEnvironment(environment, workspace, "ann"),
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
      }),
    strangers: () =>
      filesIn(root).filter((file) => !file.startsWith(".beads/") && !filesIn(templateOf(version)).includes(file)),
    processes: () => processesIn(root),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

const templates = new Map<BdVersion, string>();

function templateOf(version: BdVersion): string {
  const known = templates.get(version);
  if (known !== undefined) return known;
  const root = mkdtempSync(join(tmpdir(), "crew-bd-template-"));
  process.once("exit", () => rmSync(root, { recursive: true, force: true }));
  execFileSync("git", ["init", "--quiet", root]);
  initBd(version, root);
  templates.set(version, root);
  return root;
}

/** As a person who wants nothing but beads would. */
export function initBd(version: BdVersion, root: string): void {
  const args = version.startsWith("0.")
    ? ["init", "-p", "shop", "-q", "--skip-hooks", "--skip-merge-driver", "--stealth"]
    : ["init", "-p", "shop", "-q", "--non-interactive", "--skip-hooks", "--skip-agents", "--stealth"];
  const { BEADS_DIR: _, ...env } = bdEnvironment(process.env, { root, beadsDir: join(root, ".beads") }, "ann");
  execFileSync(binaryOf(version), args, { cwd: root, env, stdio: ["ignore", "ignore", "pipe"] });
}

function filesIn(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) => !name.startsWith(".git/"));
}

function processesIn(root: string): readonly string[] {
  return readdirSync("/proc").flatMap((pid) => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === root ? [readFileSync(`/proc/${pid}/cmdline`, "utf8")] : [];
    } catch {
      return [];
    }
  });
}
