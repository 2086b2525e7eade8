// Who is signed in finds "Sign out" in the header.
import { create, js, replace } from "../edit.mjs";

export const title = "[AUTH/frontend] Sign out from the header";

export function work() {
  replace("public/header.js", {
    before: "  return items;\n",
    after: `  if (name) items.push({ textContent: "Sign out", href: "/", onclick: leave });\n  return items;\n`,
  });
  replace("public/header.js", {
    before: "async function fill(",
    after: `${functions}\nasync function fill(`,
  });
  create("tests/sign-out.js", tests);
}

const functions = js`
export function signOut({ fetch }) {
  const headers = { "content-type": "application/json" };
  return fetch("/logout", { method: "POST", headers, body: "{}" });
}

/** Goes on only when the session is closed, so that the next page knows. */
async function leave(event) {
  event.preventDefault();
  await signOut({ fetch });
  location.href = "/";
}
`;

const tests = js`
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { headerItems, signOut } from "../public/header.js";
import { startService } from "../src/service.js";
import { fetchFrom, posted } from "../support/fetch.js";

const service = await startService();
after(() => service.close());
const fetch = fetchFrom(service.url);

test("only who is signed in can sign out", () => {
  const texts = (name) => headerItems({ name, limits: {} }).map((item) => item.textContent);
  assert.deepEqual(texts("Ada"), ["Ada", "Sign out"]);
  assert.ok(!texts(undefined).includes("Sign out"));
});

test("signing out closes the session", async () => {
  const ada = { name: "Ada", password: "long enough" };
  await fetch("/accounts", posted(ada));
  const answer = await fetch("/login", posted(ada));
  const cookie = answer.headers.get("set-cookie")[0].split(";")[0];
  const asAda = (path, options) => {
    return fetch(path, { ...options, headers: { ...options?.headers, cookie } });
  };
  assert.equal((await asAda("/me")).status, 200);
  await signOut({ fetch: asAda });
  assert.equal((await asAda("/me")).status, 401);
});
`;
