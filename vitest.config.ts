// Three kinds of tests: the structure of the code, units and contracts (side by side), the real program from end to end.
import { defineConfig } from "vitest/config";

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
          exclude: ["test/structure/**", "test/e2e/**"],
          sequence: { groupOrder: 1 },
          maxWorkers: "100%",
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          sequence: { groupOrder: 2 },
          // Each scenario runs a crew of its own: a dozen processes.
          maxWorkers: 2,
          testTimeout: 180_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
