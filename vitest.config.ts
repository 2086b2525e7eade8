// Three kinds of tests: the structure of the code, units and contracts (side by side), the real program from end to end.
import { basename } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Tools that this machine lacks, as scripts/test.mjs found: the files named for them (`x.dash.test.ts`) are left out. */
const without = (process.env.CREW_TEST_WITHOUT ?? "").split(",").filter((tool) => tool !== "");
const unrunnable = without.map((tool) => `test/**/*.${tool}.test.ts`);

/** What runs another program, or kills crew again and again, takes minutes: the others fit in beside it, and not after it. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => /\..+\.test\.ts$|kills|crash/.test(basename(moduleId));
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    pool: "forks",
    sequence: { sequencer: LongestFirst },
    // A test that hangs must name itself, not the run; a property takes half a minute on a machine that is busy.
    testTimeout: 60_000,
    hookTimeout: 60_000,
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
          maxWorkers: "200%",
          maxConcurrency: 3,
          testTimeout: 180_000,
        },
      },
    ],
  },
});
