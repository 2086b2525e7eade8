// Three kinds of tests: the structure of the code, units and contracts (side by side), the real program from end to end.
import { defineConfig } from "vitest/config";

/** Tools that this machine lacks, as scripts/test.mjs found: the files named for them (`x.dash.test.ts`) are left out. */
const without = (process.env.CREW_TEST_WITHOUT ?? "").split(",").filter((tool) => tool !== "");
const unrunnable = without.map((tool) => `test/**/*.${tool}.test.ts`);

export default defineConfig({
  test: {
    pool: "forks",
    // A test that hangs must name itself, not the run.
    testTimeout: 20_000,
    hookTimeout: 20_000,
    projects: [
      {
        extends: true,
        test: { name: "structure", include: ["test/structure/**/*.test.ts"], sequence: { groupOrder: 0 } },
      },
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/structure/**", "test/e2e/**", ...unrunnable],
          sequence: { groupOrder: 1 },
          // The longest ones wait more than they work, for the clocks of what they test.
          maxWorkers: "200%",
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          exclude: unrunnable,
          sequence: { groupOrder: 2 },
          // Each scenario runs a crew of its own: a dozen processes, which wait for one another.
          maxWorkers: "150%",
          maxConcurrency: 3,
          testTimeout: 180_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
