// The page to sign in gives the service's reason, and how long to wait after too many tries.
import { create, js, replace } from "../edit.mjs";

export const title = "[AUTH/login-ui] Say why a sign-in was refused";

export function work() {
  replace("public/login.js", { before: silent, after: telling });
  create("tests/login-errors.js", tests);
}

const silent = js`
function explain() {
  return "That did not work.";
}
`;

const telling = js`
async function explain(answer) {
  const { error } = await answer.json();
  if (answer.status !== 429) return error;
  return error + " Wait " + answer.headers.get("retry-after") + " seconds.";
}
`;

const tests = js`
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { enter } from "../public/login.js";
import { startService } from "../src/service.js";
import { fetchFrom } from "../support/fetch.js";

const service = await startService({ now: () => 0 });
after(() => service.close());
const fetch = fetchFrom(service.url);
const ada = { name: "Ada", password: "long enough" };

test("a password that is too short is told from a name that is taken", async () => {
  const short = { ...ada, password: "short" };
  assert.equal(await enter(short, { create: true, fetch }), "A password has at least 8 characters.");
  await enter(ada, { create: true, fetch });
  assert.equal(await enter(ada, { create: true, fetch }), "That name is taken.");
});

test("wrong passwords are told, and after too many how long to wait", async () => {
  const guess = { ...ada, password: "a guess" };
  for (let i = 0; i < 4; i += 1) {
    assert.equal(await enter(guess, { fetch }), "Name or password is wrong.");
  }
  assert.equal(await enter(guess, { fetch }), "Too many tries. Wait 60 seconds.");
});
`;
