// env_file: variables of a role in files beside the crew file.
import { expect, test } from "vitest";
import { formatProblems } from "../../src/config/load.ts";
import { crewOf, load, unsupportedIn } from "./support.ts";

const files: Readonly<Record<string, string>> = {
  "/work/shop/.env.agents": "# all\nexport A=1\nB='two words'\nC=\"x\\ny\"\nD=$HOME\n",
  "/work/shop/more.env": "B=other\nE=\n",
};
const readText = (path: string) => files[path];
const text = `epic: A
defaults: {agent: {command: ./agent}, image: "node:24", env_file: .env.agents}
roles:
  dev: {environment: {A: mine}}
  ops: {env_file: [.env.agents, {path: more.env}, {path: none.env, required: false}]}
`;

test("later files over earlier ones, and the role's own environment over all", () => {
  expect(crewOf(text, { readText }).roles.map(({ environment }) => environment)).toEqual([
    { A: "mine", B: "two words", C: "x\ny", D: "$HOME" },
    { A: "1", B: "other", C: "x\ny", D: "$HOME", E: "" },
  ]);
  expect(unsupportedIn(text, { readText })).toBe("none");
});

test("a name that no variable can have", () => {
  const { missing } = load(text, { readText: () => "A.B=1\n" });
  expect(missing[0]?.message).toBe('.env.agents has "A.B", which cannot be the name of a variable in a container');
});

test("a file that must be there is named with its place", () => {
  const { missing } = load(text);
  expect(formatProblems(missing, { text })).toMatchInlineSnapshot(`
    "crew.yaml:2:67  .env.agents cannot be read (env_file of role dev)
      2 | defaults: {agent: {command: ./agent}, image: "node:24", env_file: .env.agents}
        |                                                                   ^^^^^^^^^^^

    crew.yaml:5:19  .env.agents cannot be read (env_file of role ops)
      5 |   ops: {env_file: [.env.agents, {path: more.env}, {path: none.env, required: false}]}
        |                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

    crew.yaml:5:19  more.env cannot be read (env_file of role ops)
      5 |   ops: {env_file: [.env.agents, {path: more.env}, {path: none.env, required: false}]}
        |                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^"
  `);
});

test("of a service, below its own environment; a file that is not there is named with its place", () => {
  const services = `epic: A
defaults: {agent: {command: ./agent}, image: "node:24"}
roles: {dev: {services: [db]}}
services: {db: {image: pg, env_file: [more.env, .env.agents], environment: {C: mine}}}
`;
  const [dev] = crewOf(services, { readText }).roles;
  expect([dev?.environment, dev?.services?.[0]?.environment]).toEqual([
    {},
    { A: "1", B: "two words", C: "mine", D: "$HOME", E: "" },
  ]);
  expect(unsupportedIn(services, { readText })).toBe("none");
  const { missing } = load(services.replace("[more.env, .env.agents]", "none.env"));
  expect(
    formatProblems(missing, { text: services.replace("[more.env, .env.agents]", "none.env") }),
  ).toMatchInlineSnapshot(`
    "crew.yaml:4:38  none.env cannot be read (env_file of service db)
      4 | services: {db: {image: pg, env_file: none.env, environment: {C: mine}}}
        |                                      ^^^^^^^^"
  `);
});
