// A meter beside the password. The page to sign in brings the element and loads the script.
import { create, js } from "../edit.mjs";

export const title = "[AUTH/login-ui] A meter for a new password's strength";

export function work() {
  create("public/strength.js", strength);
  create("tests/strength.js", tests);
}

const strength = js`
// How strong a password is, shown in the page's meter while it is typed.

if (globalThis.document) watch(document.querySelector("[type=password]"));

const KINDS = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^a-zA-Z0-9]/];
const WORDS = ["too short", "weak", "fair", "good", "strong"];

/** From 0, too short, to 4, strong: length counts most, then kinds and number of characters. */
export function strength(password) {
  if (password.length < 8) return 0;
  const isLong = password.length >= 12;
  const isMixed = KINDS.filter((kind) => kind.test(password)).length >= 3;
  const isVaried = new Set(password).size >= 8;
  return 1 + [isLong, isMixed, isVaried].filter(Boolean).length;
}

export function strengthInWords(password) {
  return WORDS[strength(password)];
}

function watch(field) {
  const meter = document.querySelector("meter");
  field.addEventListener("input", () => {
    meter.value = strength(field.value);
    meter.title = strengthInWords(field.value);
  });
}
`;

const tests = js`
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { strength, strengthInWords } from "../public/strength.js";
import { startService } from "../src/service.js";
import { fetchFrom } from "../support/fetch.js";

const service = await startService();
after(() => service.close());

test("longer, mixed and varied passwords are stronger", () => {
  assert.equal(strength("aB3$efg"), 0);
  assert.equal(strength("aaaaaaaa"), 1);
  assert.equal(strength("abcdefgh"), 2);
  assert.equal(strength("aB3defgh"), 3);
  assert.equal(strength("aB3 defgh ijk"), 4);
});

test("the strength has a word", () => {
  assert.equal(strengthInWords(""), "too short");
  assert.equal(strengthInWords("aB3 defgh ijk"), "strong");
});

test("the meter's script is served", async () => {
  assert.equal((await fetchFrom(service.url)("/strength.js")).status, 200);
});
`;
