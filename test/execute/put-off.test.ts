import { expect, test } from "vitest";
import { putOff } from "../../src/execute/put-off.ts";
import type { Operation } from "../../src/model/plan.ts";

const stop = (role: string, needs: readonly string[]): Operation => ({
  id: `instance.stop:${role}`,
  kind: "instance.stop",
  role,
  graceMs: 0,
  cause: "",
  needs,
});

test("what needs an operation that is put off waits too, wherever it stands", () => {
  const operations = [
    stop("c", ["instance.stop:b"]),
    stop("b", ["instance.stop:a"]),
    stop("a", []),
    stop("d", ["instance.stop:e"]),
  ];
  expect([...putOff(operations, ({ id }) => id === "instance.stop:a")].sort()).toEqual([
    "instance.stop:a",
    "instance.stop:b",
    "instance.stop:c",
  ]);
});
