// What crew writes down of values: the same under one key, nothing to go by without it.
import { expect, test } from "vitest";
import { contentHash } from "../../src/model/content.ts";
import { sealedCrew, sealWith } from "../../src/model/seal.ts";
import { secretOf } from "../../src/model/secret.ts";
import { setupHash } from "../../src/model/setup.ts";
import { changedFields, instanceSpec, specHashOf } from "../../src/model/spec.ts";
import { aCrew, aGate, aRole, aService } from "../builders/crew.ts";

const grant = (value: string) => ({ ...secretOf("PIN", value), file: "/run/secrets/PIN", readers: [] });

function read(key: string, pin = "1234") {
  const environment = { DOOR_PIN: pin };
  const services = [aService("db", { secrets: [grant(pin)] })];
  const crew = aCrew(
    aRole("dev", { environment, services, secrets: [grant(pin)] }),
    aGate("test", { environment, services, secrets: [grant(pin)] }),
  );
  const [role, gate] = [sealedCrew(crew, sealWith(key)).roles[0], sealedCrew(crew, sealWith(key)).gates[0]];
  if (!role || !gate) throw new Error("a role and a gate");
  const digests = [role, gate].flatMap((each) => [
    ...(each.secrets ?? []),
    ...(each.services ?? []).flatMap(({ secrets = [] }) => secrets),
  ]);
  return { role, gate, spec: instanceSpec(role), digests: digests.map(({ digest }) => digest) };
}

test("each secret of roles, gates and their services has the digest of its value under the key, and no other", () => {
  const { digests } = read("one");
  expect(new Set(digests)).toEqual(new Set([sealWith("one").ofSecret("PIN", "1234")]));
  expect(digests).toHaveLength(4);
  expect(read("one").digests).toEqual(digests);
  expect(read("one", "1235").digests[0]).not.toBe(digests[0]);
  expect(read("two").digests[0]).not.toBe(digests[0]);
});

test("who knows all of a spec but the key cannot try values of its environment out", () => {
  const { spec } = read("one");
  // What stands in a label; whoever guesses a value puts it in.
  const { environment: _kept, ...shown } = spec;
  const guesses = [
    { ...shown, environment: { DOOR_PIN: "1234" } },
    { ...shown, environment: {} },
  ];
  expect(guesses.map(contentHash)).not.toContain(specHashOf(spec));
  expect(specHashOf(read("two").spec)).not.toBe(specHashOf(spec));
  expect(specHashOf(read("one", "1235").spec)).not.toBe(specHashOf(spec));
});

test("nor by the name of the image that keeps a setup", () => {
  const container = { image: "i", imageId: "sha256:1", cpus: 1, memoryBytes: 1, pids: 1, readOnly: false };
  const nameOf = (key: string, pin?: string) => {
    const { environment, sealed = "" } = read(key, pin).role;
    return setupHash(
      { run: "npm ci", key: ["a"], environment, sealed, container, secrets: [] },
      { holds: new Map() },
      "r",
    );
  };
  expect(nameOf("one")).toBe(nameOf("one"));
  expect(new Set([nameOf("one"), nameOf("two"), nameOf("one", "1235")]).size).toBe(3);
});

test("another environment is said by variable, without values of such as are secret by name; unread ones as a whole", () => {
  const [was, is] = [read("one").spec, read("one", "1235").spec];
  expect(changedFields(was, is).map(({ words }) => words)).toEqual([
    "environment.DOOR_PIN: 1234 → 1235",
    "secret PIN changed",
  ]);
  const named = (value: string) => ({ role: "dev", environment: { API_KEY: value } });
  expect(changedFields(named("a"), named("b"))).toEqual([
    { field: "environment.API_KEY", words: "environment.API_KEY changed" },
  ]);
  expect(changedFields({ ...was, environment: is.environment }, is).map(({ words }) => words)).toEqual([
    "environment changed",
    "secret PIN changed",
  ]);
});
