// People can create an account. Its password is kept as a scrypt hash only.
import { addLines, addToList, create, js } from "../edit.mjs";

export const title = "[AUTH/backend] Accounts with scrypt-hashed passwords";

export function work() {
  addToList("src/config.js", { list: "export const limits", entry: "passwordLength: 8" });
  create("src/passwords.js", passwords);
  create("src/accounts.js", accounts);
  addLines("src/routes.js", { among: "import ", lines: [`import { accountBook } from "./accounts.js";`] });
  addLines("src/routes.js", { among: "  const ", lines: ["  const accounts = accountBook();"] });
  addLines("src/routes.js", { among: `    "`, lines: [`    "POST /accounts": accounts.create,`] });
  addLines("README.md", { among: "- `", lines: ["- `POST /accounts` creates an account: `{ name, password }`"] });
  create("tests/accounts.js", tests);
}

const passwords = js`
// Passwords as salted scrypt hashes: "<salt>.<hash>", both in base64url.
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

const HASH_BYTES = 32;
// 1 MiB and a few ms, so that the tests are quick. For real use take at least 2 ** 17.
const COST = { N: 2 ** 10, r: 8, p: 1 };

export async function hashPassword(password, salt = randomBytes(16)) {
  const hash = await promisify(scrypt)(password, salt, HASH_BYTES, COST);
  return salt.toString("base64url") + "." + hash.toString("base64url");
}

export async function isPassword(password, stored) {
  const salt = Buffer.from(stored.split(".")[0], "base64url");
  const hashed = await hashPassword(password, salt);
  return timingSafeEqual(Buffer.from(hashed), Buffer.from(stored));
}
`;

const accounts = js`
// Who has an account: kept in memory, by name.
import { limits } from "./config.js";
import { hashPassword, isPassword } from "./passwords.js";

/** An empty book with the handler that creates an account. */
export function accountBook() {
  const hashes = new Map();
  const nobody = hashPassword("");
  return {
    create: async ({ json }) => {
      const { name, password } = credentials(json);
      if (name === "") return refusal(400, "Choose a name.");
      if (password.length < limits.passwordLength) {
        return refusal(400, "A password has at least " + limits.passwordLength + " characters.");
      }
      if (hashes.has(name)) return refusal(409, "That name is taken.");
      // The promise takes the name at once, so two requests at a time cannot both get it.
      hashes.set(name, hashPassword(password));
      await hashes.get(name);
      return { status: 201, body: { name } };
    },

    /** An unknown name takes as long as a wrong password: the time tells nothing about names. */
    matches: async ({ name, password }) => {
      const same = await isPassword(password, await (hashes.get(name) ?? nobody));
      return same && hashes.has(name);
    },
  };
}

export function credentials({ name = "", password = "" }) {
  return { name: String(name).trim(), password: String(password) };
}

function refusal(status, error) {
  return { status, body: { error } };
}
`;

const tests = js`
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { hashPassword, isPassword } from "../src/passwords.js";
import { startService } from "../src/service.js";
import { fetchFrom, posted } from "../support/fetch.js";

const service = await startService();
after(() => service.close());
const fetch = fetchFrom(service.url);

async function create(name, password) {
  return (await fetch("/accounts", posted({ name, password }))).status;
}

test("an account is created once", async () => {
  assert.equal(await create("Ada", "long enough"), 201);
  assert.equal(await create("Ada", "another one"), 409);
});

test("an account needs a name, and a password of eight characters", async () => {
  assert.equal(await create(" ", "long enough"), 400);
  assert.equal(await create("Bob", "1234567"), 400);
  assert.equal(await create("Bob", "12345678"), 201);
});

test("the pages are told how long a password must be", async () => {
  const limits = await (await fetch("/limits")).json();
  assert.equal(limits.passwordLength, 8);
});

test("a hash tells only whether a password is the right one", async () => {
  const hash = await hashPassword("long enough");
  assert.doesNotMatch(hash, /long enough/);
  assert.notEqual(hash, await hashPassword("long enough"));
  assert.equal(await isPassword("long enough", hash), true);
  assert.equal(await isPassword("long enougH", hash), false);
});
`;
