// The page to sign in or create an account, and the header's way to it.
import { create, html, js, replace } from "../edit.mjs";

export const title = "[AUTH/frontend] A page to sign in or create an account";

export function work() {
  create("public/login.html", page);
  create("public/login.js", script);
  replace("public/header.js", {
    before: "limits.nameLength) }];\n",
    after: `limits.nameLength) }];\n  if (!name) items.push({ textContent: "Sign in", href: "/login" });\n`,
  });
  create("tests/login-page.js", tests);
}

const page = html`
<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>Sign in</title>
    <link rel="stylesheet" href="/style.css">
    <script type="module" src="/header.js"></script>
    <script type="module" src="/login.js"></script>
    <script type="module" src="/strength.js"></script>
  </head>
  <body>
    <header></header>
    <main>
      <h1>Sign in</h1>
      <form>
        <label>Name <input name="name" autocomplete="username" required></label>
        <label>Password <input name="password" type="password" required></label>
        <meter min="0" max="4" value="0"></meter>
        <button type="submit">Sign in</button>
        <button type="submit" value="create">Create account</button>
        <output></output>
      </form>
    </main>
  </body>
</html>
`;

const script = js`
// The page to sign in: sends what was typed, then goes on to the notes.

if (globalThis.document) start(document.querySelector("form"));

function start(form) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const person = { name: form.elements.name.value, password: form.elements.password.value };
    const create = event.submitter?.value === "create";
    const problem = await enter(person, { create, fetch });
    form.querySelector("output").textContent = problem ?? "";
    if (!problem) location.href = "/";
  });
}

/** Signs in, after creating the account if asked to; gives what went wrong, in words. */
export async function enter(person, { create, fetch }) {
  for (const path of create ? ["/accounts", "/login"] : ["/login"]) {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(person) });
    if (!answer.ok) return explain(answer);
  }
}

function explain() {
  return "That did not work.";
}
`;

const tests = js`
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { headerItems } from "../public/header.js";
import { enter } from "../public/login.js";
import { startService } from "../src/service.js";
import { fetchFrom } from "../support/fetch.js";

const service = await startService();
after(() => service.close());
const fetch = fetchFrom(service.url);
const ada = { name: "Ada", password: "long enough" };

test("the page to sign in and all of its scripts are served", async () => {
  const page = await (await fetch("/login")).text();
  const scripts = [...page.matchAll(/<script .*src="(.+?)"/g)].map((match) => match[1]);
  assert.deepEqual(scripts, ["/header.js", "/login.js", "/strength.js"]);
  for (const script of scripts) assert.equal((await fetch(script)).status, 200);
});

test("the page creates an account and signs in", async () => {
  assert.notEqual(await enter(ada, { fetch }), undefined);
  assert.equal(await enter(ada, { create: true, fetch }), undefined);
  assert.equal(await enter(ada, { fetch }), undefined);
});

test("the header leads guests to the page", () => {
  const hrefs = (name) => headerItems({ name, limits: {} }).map((item) => item.href);
  assert.ok(hrefs(undefined).includes("/login"));
  assert.ok(!hrefs("Ada").includes("/login"));
});
`;
