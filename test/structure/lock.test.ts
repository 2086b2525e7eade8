// package-lock.json installs on every machine: `npm ci` refuses one that lacks an optional package of another platform.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const read = (name: string) => JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), "utf8"));
const locked: Readonly<Record<string, Locked>> = read("package-lock.json").packages;

test("every optional package of a locked one is locked too", () => {
  expect(lacking(locked)).toEqual([]);
  expect(lacking({ "node_modules/a": { optionalDependencies: { "a-linux": "1.0.0" } } })).toEqual([
    "node_modules/a needs a-linux",
  ]);
});

test("no package is bound to one registry", () => {
  expect(Object.entries(locked).filter(([, each]) => each.resolved !== undefined)).toEqual([]);
});

test("what is published installs nothing", () => {
  const { dependencies, peerDependencies, optionalDependencies } = read("package.json");
  expect({ dependencies, peerDependencies, optionalDependencies }).toEqual({});
});

function lacking(packages: Readonly<Record<string, Locked>>): readonly string[] {
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`])
      .map((name) => `${path} needs ${name}`),
  );
}
