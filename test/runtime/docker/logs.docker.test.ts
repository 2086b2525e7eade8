// Lines of any length come out of an engine's log as they went in.
import { afterEach, beforeEach, expect, test } from "vitest";
import { collect, until } from "../contract.ts";
import { type DockerHarness, dockerHarness } from "../docker-harness.ts";
import { order } from "../orders.ts";

let harness: DockerHarness;
beforeEach(async () => {
  harness = await dockerHarness();
});
afterEach(() => harness.close());

test("a line longer than the engine's frames is one, and one longer than crew's is cut and nothing else", async () => {
  const { runtime, container, start } = harness;
  if (!container) throw new Error("no container to make");
  await runtime.createVolume({ role: "dev", branch: "feature/dev", start });
  await runtime.createInstance({ role: "dev", environment: {}, container });
  await runtime.startInstance("dev");
  const x = (n: number) => `head -c ${n} /dev/zero | tr '\\0' x; echo`;
  const agent = `${x(40_000)}; echo short; ${x(100_000)}; echo last`;
  await runtime.deliver("dev", order("b-1.1.1", agent, start));
  const never = new AbortController().signal;
  const lines = await until("the last line", async () => {
    const all = await collect(runtime.logs("dev", { follow: false, signal: never }));
    return all.includes("last") ? all : undefined;
  });
  const said = lines.slice(lines.findIndex((line) => line.startsWith("x")));
  expect(said.slice(0, 5).map((line) => (line.startsWith("x") ? line.length : line))).toEqual([
    40_000,
    "short",
    expect.any(Number),
    expect.any(Number),
    "last",
  ]);
  expect(said.slice(2, 4).join("")).toMatch(/^x+$/);
});
