// What is kept of a gate's log on a real engine, where whoever keeps it is stopped before the container is gone.
import { afterEach, beforeEach, expect, test } from "vitest";
import { repeatMark } from "../../../src/agents/mailbox.ts";
import { collect, until } from "../contract.ts";
import { type DockerHarness, dockerHarness } from "../docker-harness.ts";

let harness: DockerHarness;
beforeEach(async () => {
  harness = await dockerHarness();
});
afterEach(() => harness.close(), 60_000);

async function run(key: string, words: string, more: { readonly repeats?: string } = {}): Promise<void> {
  const { runtime, start, container } = harness;
  if (!container) throw new Error("a docker harness has a container");
  const gate = { key, gate: "test", commit: start, run: `echo ${words}`, timeoutSeconds: 60, environment: {} };
  await runtime.startGate({ ...gate, container, ...more });
  await until("the end of the gate", async () => (await runtime.observe()).gates.get(key)?.result);
}

async function said(): Promise<readonly string[]> {
  const signal = new AbortController().signal;
  const lines = await collect(harness.runtime.logs("gate:test", { follow: false, signal }));
  return lines.filter((line) => line === repeatMark || !line.startsWith("---"));
}

test("kept twice of one container it holds the red run still, and of another one under the same key what that said", async () => {
  const { runtime, engine, start, container } = harness;
  await runtime.createVolume({ role: "dev", branch: "feature/dev", start });
  await runtime.createInstance({ role: "dev", environment: {}, ...(container && { container }) });
  await run("a.1", "red");
  await runtime.removeGate("a.1");
  await run("a.2", "green", { repeats: "a.1" });
  const { getContainer } = engine;
  engine.getContainer = (id) => {
    const stopped = async () => {
      throw new Error("stopped here");
    };
    return Object.assign(getContainer.call(engine, id), { remove: stopped });
  };
  await expect(runtime.removeGate("a.2")).rejects.toThrow("stopped here");
  engine.getContainer = getContainer;
  await runtime.removeGate("a.2");
  expect(await said()).toEqual(["red", repeatMark, "green"]);
  await run("a.2", "anew");
  await runtime.removeGate("a.2");
  expect(await said()).toEqual(["anew"]);
  // With the last container the hub goes, and the logs stay on its volume.
  await runtime.removeInstance("dev");
  const left = [...(await harness.left())].sort();
  expect(left.filter((name) => name.endsWith(".hub"))).toEqual([]);
  expect(await said()).toEqual(["anew"]);
  expect([...(await harness.left())].sort()).toEqual(left);
});
