// What is known of images that could not be looked into.
import { expect, test } from "vitest";
import type { ImageLook } from "../../../src/model/layer.ts";
import { seenLooks } from "../../../src/runtimes/docker/images/seen-looks.ts";

const look: ImageLook = { has: ["sh", "git"], user: "", bin: "/usr/bin" };
const wanted = { ids: ["sha256:one"], programs: [] };

test("a look that fails is taken once more, then tells why, and is taken again the next time", async () => {
  const looks = seenLooks(undefined);
  let times = 0;
  const failing = (until: number) => async () => {
    times += 1;
    if (times <= until) throw new Error("the disk is full");
    return look;
  };
  expect(await looks.of(wanted, failing(9))).toEqual(new Map([["sha256:one", { problem: "the disk is full" }]]));
  expect(times).toBe(2);
  expect(await looks.of(wanted, failing(3))).toEqual(new Map([["sha256:one", look]]));
  expect(times).toBe(4);
  expect(await looks.of(wanted, failing(9))).toEqual(new Map([["sha256:one", look]]));
  expect(times).toBe(4);
});
