// What agents do.
import { describe } from "vitest";
import { type Fault, faults } from "./fault.ts";

const rows: readonly Fault[] = [
  {
    name: "an agent that exits non-zero blocks its bead after its attempts, and nobody else's",
    files: { "one.sh": "echo no luck\nexit 3\n" },
    meet: (bench) => bench.crew(["up", "--wait"]),
    exit: 5,
    says: `
Needs you
  ! <epic>.1 is blocked, its attempts are used up: no luck
      crew retry <epic>.1 -m …
      crew logs one
      crew bead close <epic>.1

? Settled: a person is needed. 1/2 beads, 50 %.
`,
    beads: { "Write one.txt": "blocked", "Write two.txt": "merged" },
  },
];

describe("what agents do", () => faults(rows));
