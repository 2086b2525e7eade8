// The whole of it, end to end: the pages' own scripts against a running service.
import { create, js, replace } from "../edit.mjs";

export const title = "[AUTH/tests] One person's way through the whole sign-in";

export function work() {
  create("support/journey.js", journey);
  create("tests/journey.js", tests);
  replace("package.json", {
    before: `"scripts": {\n`,
    after: `"scripts": {\n    "journey": "node support/journey.js",\n`,
  });
}

const journey = js`
// One person's way through the whole sign-in, with the scripts that the pages run.
// Also for a service that is running: npm run journey -- http://127.0.0.1:3000
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { headerItems, signOut } from "../public/header.js";
import { enter } from "../public/login.js";
import { openBrowser } from "./browser.js";
import { posted } from "./fetch.js";

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const step of await journey(process.argv[2])) console.log(step);
}

/** Walks it with a new account; gives the steps, and throws where one goes wrong. */
export async function journey(url) {
  const { fetch, open } = openBrowser(url);
  const limits = await (await fetch("/limits")).json();
  const person = { name: "guest-" + Date.now(), password: "a long password" };
  const steps = [];

  await open("/");
  assert.equal((await fetch("/notes", posted({ text: "Hello" }))).status, 401);
  steps.push("a guest reads but does not write");

  const signInPage = headerItems({ limits }).find((item) => item.href).href;
  await open(signInPage);
  assert.equal(await enter(person, { create: true, fetch }), undefined);
  steps.push("the header leads to the page to create an account");

  const { name } = await (await fetch("/me")).json();
  assert.equal((await fetch("/notes", posted({ text: "Hello" }))).status, 201);
  assert.equal((await (await fetch("/notes")).json())[0].by, name);
  steps.push("who is signed in writes under their name");

  await signOut({ fetch });
  assert.equal((await fetch("/me")).status, 401);
  steps.push("the header signs out");

  for (let tries = 1; tries < 5; tries += 1) {
    assert.match(await enter({ ...person, password: "a guess" }, { fetch }), /wrong/);
  }
  assert.match(await enter(person, { fetch }), /^Too many tries. Wait \d+ seconds.$/);
  steps.push("guessing ends after five tries");
  return steps;
}
`;

const tests = js`
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startService } from "../src/service.js";
import { journey } from "../support/journey.js";

const service = await startService();
after(() => service.close());

test("a person finds the way through the whole sign-in", async () => {
  assert.deepEqual(await journey(service.url), [
    "a guest reads but does not write",
    "the header leads to the page to create an account",
    "who is signed in writes under their name",
    "the header signs out",
    "guessing ends after five tries",
  ]);
});
`;
