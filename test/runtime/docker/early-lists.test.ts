// Lists that were asked for early: what failed for want of a way is asked for again, an engine that had its time is not.
import { expect, test } from "vitest";
import type { DockerContext } from "../../../src/runtimes/docker/context.ts";
import { listEarly, takeLists } from "../../../src/runtimes/docker/early-lists.ts";
import { NotAnswering } from "../../../src/runtimes/docker/engine/in-time.ts";
import { dockerNames } from "../../../src/runtimes/docker/names.ts";
import { clock } from "../scratch.ts";

function listing(early: Error) {
  let asked = 0;
  const engine = (answer: () => unknown) => async () => {
    const list = async () => {
      asked += 1;
      return answer();
    };
    return { listContainers: list, listVolumes: list, listImages: list };
  };
  const context = { names: dockerNames("shop", "0123"), clock, engine: engine(() => []) } as unknown as DockerContext;
  const first = engine(() => {
    throw early;
  });
  listEarly(context, first as unknown as DockerContext["engine"]);
  return { lists: takeLists(context), asked: () => asked };
}

test("what failed at once is asked for again", async () => {
  const { lists, asked } = listing(Object.assign(new Error("connect ENOENT"), { code: "ENOENT" }));
  expect(await lists.containers()).toEqual([]);
  expect(asked()).toBe(4);
});

test("an engine that did not answer in time is not waited for once more", async () => {
  const { lists, asked } = listing(new NotAnswering("failed", "It does not answer"));
  await expect(lists.containers()).rejects.toThrow("It does not answer");
  expect(asked()).toBe(3);
});
