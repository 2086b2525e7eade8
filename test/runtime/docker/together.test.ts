// Work that is asked for while the same is under way goes into the next together; what fails for several is tried for each.
import { expect, test } from "vitest";
import { together } from "../../../src/runtimes/docker/together.ts";

test("the first begins at once, those that come meanwhile share the next, in their order", async () => {
  const done: (readonly number[])[] = [];
  const work = together(async (asked: readonly number[]) => {
    await Promise.resolve();
    done.push(asked);
    return asked.map((each) => each * 10);
  });
  expect(await Promise.all([work(1), work(2), work(3)])).toEqual([10, 20, 30]);
  expect(await work(4)).toBe(40);
  expect(done).toEqual([[1], [2, 3], [4]]);
});

test("those that come meanwhile and fit may join what is under way, and are asked alone where that fails", async () => {
  const done: (readonly number[])[] = [];
  let isBroken = false;
  const work = together(async (asked: readonly number[], join) => {
    await Promise.resolve();
    const all = [...asked, ...join((each) => each % 2 === 1)];
    done.push(all);
    if (isBroken && all.length > 1) throw new Error("too many");
    return all.map((each) => each * 10);
  });
  expect(await Promise.all([work(1), work(2), work(3)])).toEqual([10, 20, 30]);
  isBroken = true;
  expect(await Promise.all([work(5), work(7)])).toEqual([50, 70]);
  expect(done).toEqual([[1, 3], [2], [5, 7], [5], [7]]);
});

test("only whoever cannot be served hears of it, and those that come later are served", async () => {
  const done: (readonly string[])[] = [];
  const work = together(async (asked: readonly string[]) => {
    await Promise.resolve();
    if (asked.includes("bad")) throw new Error(`not ${asked.join(" and ")}`);
    done.push(asked);
    return asked;
  });
  const ended = await Promise.allSettled([work("first"), work("good"), work("bad"), work("fine")]);
  expect(ended.map((each) => (each.status === "rejected" ? `${each.reason}` : each.value))).toEqual([
    "first",
    "good",
    "Error: not bad",
    "fine",
  ]);
  await work("later");
  expect(done).toEqual([["first"], ["good"], ["fine"], ["later"]]);
});
