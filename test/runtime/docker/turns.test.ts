// Makers run side by side; who clears up runs alone, and nobody makes anything meanwhile.
import { expect, test } from "vitest";
import { turns } from "../../../src/runtimes/docker/mail/turns.ts";

test("clearing up waits for every maker, and makers for it", async () => {
  const { making, alone } = turns();
  const said: string[] = [];
  const gates = [gate(), gate(), gate()] as const;
  const work = (name: string, until: Promise<void>) => async () => {
    said.push(`${name} begins`);
    await until;
    said.push(`${name} ends`);
  };
  const all = [making(work("one", gates[0].opened)), making(work("two", gates[1].opened))];
  await settle();
  all.push(alone(work("clearing", gates[2].opened)));
  all.push(making(work("three", Promise.resolve())));
  gates[1].open();
  await settle();
  gates[0].open();
  await settle();
  gates[2].open();
  await Promise.all(all);
  expect(said).toEqual([
    "one begins",
    "two begins",
    "two ends",
    "one ends",
    "clearing begins",
    "clearing ends",
    "three begins",
    "three ends",
  ]);
});

test("one that fails keeps nobody waiting", async () => {
  const { inTurn, making, alone } = turns();
  const fail = () => Promise.reject(new Error("no"));
  await expect(making(fail)).rejects.toThrow("no");
  await expect(alone(fail)).rejects.toThrow("no");
  await expect(inTurn(fail)).rejects.toThrow("no");
  expect(await making(async () => 1)).toBe(1);
  expect(await alone(async () => 2)).toBe(2);
  expect(await inTurn(async () => 3)).toBe(3);
});

function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

async function settle(): Promise<void> {
  for (let n = 0; n < 20; n += 1) await Promise.resolve();
}
