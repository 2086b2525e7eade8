// Secrets for tests, sealed as those of a crew that was read.

import { sealWith } from "../../src/model/seal.ts";
import { type Secret, secretOf } from "../../src/model/secret.ts";

export const seal = sealWith("of the tests");

export function aSecret(name: string, value: string): Secret {
  return { ...secretOf(name, value), digest: seal.ofSecret(name, value) };
}
