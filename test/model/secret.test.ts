// A secret's change is seen without its value, and one whose value nobody knows is as it was.
import { expect, test } from "vitest";
import type { SecretGrant } from "../../src/model/secret.ts";
import { changedFields, type InstanceSpec } from "../../src/model/spec.ts";
import { aSecret } from "../builders/secret.ts";

const grant = (value: string, more: Partial<SecretGrant> = {}): SecretGrant => ({
  ...aSecret("TOKEN", value),
  file: "/run/secrets/TOKEN",
  readers: ["agent"],
  ...more,
});
const spec = (...secrets: readonly SecretGrant[]): InstanceSpec => ({ role: "dev", environment: {}, secrets });
const words = (from: InstanceSpec, to: InstanceSpec) => changedFields(from, to).map((change) => JSON.stringify(change));

test("value, file and reader count, and none is shown", () => {
  const changed = ['{"field":"secret TOKEN","words":"secret TOKEN changed"}'];
  expect(words(spec(grant("a")), spec(grant("a")))).toEqual([]);
  expect(words(spec(grant("a")), spec(grant("b")))).toEqual(changed);
  expect(words(spec(grant("a")), spec(grant("a", { file: "/run/secrets/other" })))).toEqual(changed);
  expect(words(spec(grant("a")), spec(grant("a", { readers: ["setup"] })))).toEqual(changed);
  expect(words(spec(grant("a")), spec(grant("a", { mode: 0o400 })))).toEqual(changed);
  expect(words(spec(), spec(grant("a")))).toEqual(['{"field":"secret TOKEN","words":"secret TOKEN added"}']);
  expect(words(spec(grant("a")), spec())).toEqual(['{"field":"secret TOKEN","words":"secret TOKEN removed"}']);
});

test("a value that is not known is no change", () => {
  const { digest: _unknown, value: _none, ...unknown } = grant("a");
  expect(words(spec(grant("a")), spec(unknown))).toEqual([]);
});
