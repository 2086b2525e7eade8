// secrets: who is given which, as which file, and a source that is not there.
import { expect, test } from "vitest";
import { formatProblems } from "../../src/config/load.ts";
import { crewOf, load, problemsIn, unsupportedIn } from "./support.ts";

const text = `epic: A
defaults: {agent: {command: ./agent}, image: "node:24"}
roles:
  dev: {secrets: [NPM_TOKEN, {source: DEPLOY, target: key.pem}], setup: {run: npm ci, secrets: [NPM_TOKEN, db-password]}}
  ops: {secrets: []}
gates: {test: {run: npm test, setup: {run: npm ci, secrets: [NPM_TOKEN]}, secrets: [DEPLOY]}}
secrets:
  NPM_TOKEN: {environment: NPM_READ_TOKEN}
  DEPLOY: {file: ./deploy.pem}
  db-password: {file: /etc/db}
  unused: {environment: NOBODY}
`;
const files: Readonly<Record<string, string>> = { "/work/shop/deploy.pem": "pem\n", "/etc/db": "db" };
const given = { env: { NPM_READ_TOKEN: "t0ken" }, readText: (path: string) => files[path] };

test("a role's are its agent's and its setup's, a gate's all its setup's", () => {
  const { roles, gates } = crewOf(text, given);
  const shown = [...roles, ...gates].map(({ name, secrets = [] }) => [
    name,
    secrets.map(({ name, file, readers, value }) => `${name} ${file} ${readers} ${JSON.stringify(value?.())}`),
  ]);
  expect(Object.fromEntries(shown)).toEqual({
    dev: [
      'NPM_TOKEN /run/secrets/NPM_TOKEN agent,setup "t0ken"',
      'db-password /run/secrets/db-password setup "db"',
      'DEPLOY /run/secrets/key.pem agent "pem\\n"',
    ],
    ops: [],
    test: ['DEPLOY /run/secrets/DEPLOY setup "pem\\n"', 'NPM_TOKEN /run/secrets/NPM_TOKEN setup "t0ken"'],
  });
  expect(unsupportedIn(text, given)).toBe("none");
});

test("nothing that is made of the crew as text holds a value", () => {
  const { crew, canonical } = load(text, given);
  expect(`${JSON.stringify(crew)}${JSON.stringify(canonical)}`).not.toMatch(/t0ken|pem\\n|"db"/);
});

test("a source that is not there is named with its place, unless nobody needs it", () => {
  const { missing, problems } = load(text, { env: {} });
  expect(problems).toEqual([]);
  expect(formatProblems(missing, { text })).toMatchInlineSnapshot(`
    "crew.yaml:8:28  NPM_READ_TOKEN is not set: secret NPM_TOKEN has no value
      8 |   NPM_TOKEN: {environment: NPM_READ_TOKEN}
        |                            ^^^^^^^^^^^^^^

    crew.yaml:9:18  ./deploy.pem cannot be read: secret DEPLOY has no value
      9 |   DEPLOY: {file: ./deploy.pem}
        |                  ^^^^^^^^^^^^

    crew.yaml:10:23  /etc/db cannot be read: secret db-password has no value
      10 |   db-password: {file: /etc/db}
         |                       ^^^^^^^"
  `);
});

test("a file for each, under /run/secrets", () => {
  const roles = (secrets: string) =>
    `epic: a\nroles: {a: {secrets: ${secrets}}}\nsecrets: {A: {file: a}, B: {file: b}}\n`;
  expect(problemsIn(roles("[A, {source: B, target: b}]"))).toBe("none");
  expect(problemsIn(roles("[A, {source: B, target: A}]"))).toMatchInlineSnapshot(`
    "crew.yaml:2:46  two secrets would be the file /run/secrets/A
      2 | roles: {a: {secrets: [A, {source: B, target: A}]}}
        |                                              ^"
  `);
  expect(problemsIn(roles("[{source: B, target: ../etc}]"))).toMatchInlineSnapshot(`
    "crew.yaml:2:43  target must be the name of a file under /run/secrets, not "../etc"
      2 | roles: {a: {secrets: [{source: B, target: ../etc}]}}
        |                                           ^^^^^^"
  `);
});

test("a service's are files alone, with the owner and the mode that it asks for", () => {
  const services = `epic: a
roles: {dev: {image: x, services: [app]}}
services:
  app: {image: x, depends_on: [db]}
  db: {image: x, secrets: [A, {source: B, target: key, uid: "70", gid: "71", mode: 0440}, {source: A, target: a, mode: "400"}]}
  spare: {image: x, secrets: [C]}
secrets: {A: {environment: A}, B: {environment: B}, C: {environment: C}}
`;
  const env = { env: { A: "a-value", B: "b-value" } };
  const [db, app] = crewOf(services, env).roles[0]?.services ?? [];
  expect(app).not.toHaveProperty("secrets");
  expect(db?.secrets?.map(({ digest: _any, value, ...grant }) => ({ ...grant, value: value?.() }))).toEqual([
    { name: "A", file: "/run/secrets/A", readers: [], value: "a-value" },
    { name: "A", file: "/run/secrets/a", readers: [], mode: 0o400, value: "a-value" },
    { name: "B", file: "/run/secrets/key", readers: [], uid: 70, gid: 71, mode: 0o440, value: "b-value" },
  ]);
  const { missing } = load(services, { env: { A: "a" } });
  expect(missing.map(({ message }) => message)).toEqual(["B is not set: secret B has no value"]);
  expect([unsupportedIn(services, env), JSON.stringify(load(services, env).crew)]).toEqual([
    "none",
    expect.not.stringContaining("-value"),
  ]);
});

test("what no file of a service can be, and what a role's is not", () => {
  const services = (grants: string) => `epic: a
roles: {dev: {image: x, agent: {command: x}, services: [db]}}
services: {db: {image: x, secrets: [${grants}]}}
secrets: {A: {environment: A}}
`;
  expect(
    problemsIn(services('A, {source: A, target: A, uid: app, gid: "1x"}, {source: A, target: /etc/a, mode: 0o1777}')),
  ).toMatchInlineSnapshot(`
    "crew.yaml:3:60  two secrets would be the file /run/secrets/A
      3 | services: {db: {image: x, secrets: [A, {source: A, target: A, uid: app, gid: "1x"}, {source: A, targ…
        |                                                            ^

    crew.yaml:3:68  uid must be a number, not "app"
      3 | services: {db: {image: x, secrets: [A, {source: A, target: A, uid: app, gid: "1x"}, {source: A, targ…
        |                                                                    ^^^

    crew.yaml:3:78  gid must be a number, not "1x"
      3 | services: {db: {image: x, secrets: [A, {source: A, target: A, uid: app, gid: "1x"}, {source: A, targ…
        |                                                                              ^^^^

    crew.yaml:3:105  target must be the name of a file under /run/secrets, not "/etc/a"
      3 | …crets: [A, {source: A, target: A, uid: app, gid: "1x"}, {source: A, target: /etc/a, mode: 0o1777}]}}
        |                                                                              ^^^^^^

    crew.yaml:3:119  0o1777 is no file mode
      3 | …crets: [A, {source: A, target: A, uid: app, gid: "1x"}, {source: A, target: /etc/a, mode: 0o1777}]}}
        |                                                                                            ^^^^^^
      allowed: 0400, 0440, 0444"
  `);
  const role =
    "epic: a\nroles: {dev: {image: x, agent: {command: x}, secrets: [{source: A, mode: 0400}]}}\nsecrets: {A: {environment: A}}\n";
  expect(unsupportedIn(role, { env: { A: "a" } })).toMatchInlineSnapshot(`
    "crew.yaml:2:68  mode (item 1 of secrets of role dev) is not there yet: remove it: whoever the agent runs as can read the file
      2 | roles: {dev: {image: x, agent: {command: x}, secrets: [{source: A, mode: 0400}]}}
        |                                                                    ^^^^"
  `);
});

test("without a container there is nowhere to put them", () => {
  const process = `epic: a
runtime: process
roles: {a: {agent: {command: x}, setup: {run: x, secrets: [A]}}}
gates: {test: {run: x, secrets: [A]}}
secrets: {A: {file: a}}
`;
  expect(unsupportedIn(process)).toMatchInlineSnapshot(`
    "crew.yaml:3:50  secrets (setup of role a) need a container, and runtime is process: put the variables into environment
      3 | roles: {a: {agent: {command: x}, setup: {run: x, secrets: [A]}}}
        |                                                  ^^^^^^^

    crew.yaml:4:24  secrets (gate test) need a container, and runtime is process: put the variables into environment
      4 | gates: {test: {run: x, secrets: [A]}}
        |                        ^^^^^^^"
  `);
});
