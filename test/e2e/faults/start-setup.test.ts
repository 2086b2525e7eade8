// Where it starts: a setup that fails. It costs no attempt, is tried again by itself, by a changed file and by `up`, and
// keeps nobody else.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import type { Bench } from "../bench.ts";
import { type Fault, faults } from "./fault.ts";

const crewFile = (setup: string) => `
name: team
epic: {title: Two files, base: main}
tasks:
  one: {title: "Write one.txt", role: one}
  two: {title: "Write two.txt", role: two}
defaults:
  agent: {command: sh agent.sh, max_attempts: 2}
roles:
  one: {setup: ${setup}}
  two: {}
gates: {files: sh gate.sh}
runtime: process
tracker: git
`;

/** Fails until somebody mends the world outside, and counts its runs there. */
const setUp = 'echo run >>"../home/runs"\ntest -e ../home/mended || { echo "npm ci: 401"; exit 1; }\n';

const says = `
Needs you
  ? setup of one failed (npm ci: 401). No agent started; nothing spent
      crew logs one
      crew up

? Settled: a person is needed. 1/2 beads, 50 %.
`;
const beads = { "Write one.txt": "working", "Write two.txt": "merged" };
const files = { "crew.yaml": crewFile("sh setup.sh"), "setup.sh": setUp };

const rows: readonly Fault[] = [
  {
    name: "a setup that fails is tried three times, then waits; `up` tries again",
    files,
    meet: (bench) => bench.crew(["up", "--wait"]),
    exit: 5,
    says,
    beads,
    afterwards: async (bench) => {
      expect(runsIn(bench)).toBe(3);
      expect(attemptsIn(bench)).toBe("1.1");
      writeFileSync(join(homeOf(bench), "mended"), "");
      const up = await bench.crew(["up", "--wait"]);
      expect(up.code, up.stderr).toBe(0);
      expect(runsIn(bench)).toBe(4);
      expect(attemptsIn(bench)).toBe("1.1");
    },
  },
  {
    name: "a setup that failed is tried at once when its text changes, while the driver goes on",
    files,
    meet: async (bench) => {
      const up = await bench.crew(["up", "-d"]);
      expect(up.code, up.stderr).toBe(0);
      return bench.crew(["up", "--wait"]);
    },
    exit: 5,
    says,
    moves: ["file crew.yaml"],
    afterwards: async (bench) => {
      bench.write("crew.yaml", crewFile('"true"'));
      // The driver saw the file; who looks on ends when all is merged.
      const up = await bench.crew(["up", "--wait"]);
      expect(up.code, up.stderr).toBe(0);
      expect(runsIn(bench)).toBe(3);
      expect(attemptsIn(bench)).toBe("1.1");
      expect((await bench.crew(["down"])).code).toBe(0);
    },
  },
];

describe("where it starts: setup", () => faults(rows));

function homeOf({ state }: Bench): string {
  const [project = ""] = readdirSync(join(state, "crew"));
  return join(state, "crew", project, "roles", "one", "home");
}

function runsIn(bench: Bench): number {
  return readFileSync(join(homeOf(bench), "runs"), "utf8")
    .split("\n")
    .filter(Boolean).length;
}

/** Of the bead that `one` has. */
function attemptsIn(bench: Bench): string {
  return bench.git("for-each-ref", "--format=%(refname:lstrip=-1)", "refs/crew/p/team/order/").split("\n")[0] ?? "";
}
