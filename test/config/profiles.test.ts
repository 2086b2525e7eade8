// profiles: who takes part, and what is not missed of whoever does not.
import { expect, test } from "vitest";
import { formatProblems, profileNames } from "../../src/config/load.ts";
import { load, unsupportedIn } from "./support.ts";

const text = `epic: A
defaults: {agent: {command: x}, image: "node:24", services: [db, tracing]}
roles:
  dev: {}
  reviewer: {profiles: [review], secrets: [KEY], env_file: review.env}
  tester: {profiles: [review, test]}
gates: {test: {run: x}}
services:
  db: {image: pg}
  tracing: {image: jaeger, profiles: [debug], secrets: [TRACE]}
secrets: {KEY: {environment: KEY}, TRACE: {environment: TRACE}}
`;

interface Choice {
  readonly chosen?: readonly string[];
  readonly named?: readonly string[];
}

function seen({ chosen = [], named = [] }: Choice) {
  const { crew, missing } = load(text, { env: {}, profiles: { chosen, named } });
  return {
    out: crew?.roles.flatMap(({ name, unchosen }) => (unchosen ? [`${name}: ${unchosen.join()}`] : [])),
    beside: [...(crew?.roles ?? []), ...(crew?.gates ?? [])]
      .filter(({ name }) => name === "dev" || name === "test")
      .map(({ services = [] }) => services.map(({ name }) => name).join()),
    recorded: crew?.profiles,
    missing: missing.map(({ message }) => message).sort(),
  };
}

test("what has none always takes part, what has one where it is chosen, a role also where it is named", () => {
  expect(seen({})).toEqual({
    out: ["reviewer: review", "tester: review,test"],
    beside: ["db", "db"],
    recorded: undefined,
    missing: [],
  });
  expect(seen({ chosen: ["test"], named: ["dev", "reviewer"] })).toEqual({
    out: [],
    beside: ["db", "db"],
    recorded: { chosen: ["test"], named: ["reviewer"] },
    missing: ["KEY is not set: secret KEY has no value", "review.env cannot be read (env_file of role reviewer)"],
  });
  expect(seen({ chosen: ["*"] })).toMatchObject({ out: [], beside: ["db,tracing", "db,tracing"] });
  expect(seen({ chosen: ["debug"] }).missing).toEqual(["TRACE is not set: secret TRACE has no value"]);
  expect(unsupportedIn(text, { env: {} })).toBe("none");
});

test("all that the file has, by name", () => {
  const { canonical } = load(text, { env: {} });
  expect(canonical && profileNames(canonical)).toEqual(["debug", "review", "test"]);
});

test("a service that takes part cannot depend on one that does not, unless it can do without", () => {
  const depends = (needs: string) => `epic: A
roles: {dev: {image: x, services: [app]}}
services:
  app: {image: x, depends_on: ${needs}}
  db: {image: x, profiles: [big, huge]}
`;
  const said = (needs: string, chosen: readonly string[] = []) => {
    const file = depends(needs);
    return formatProblems(load(file, { env: {}, profiles: { chosen, named: [] } }).missing, { text: file });
  };
  expect(said("[db]")).toMatchInlineSnapshot(`
    "crew.yaml:4:32  service app depends on db, which takes no part: big or huge is not chosen
      4 |   app: {image: x, depends_on: [db]}
        |                                ^^
      allowed: crew --profile big …, or {db: {required: false}}"
  `);
  expect(said("{db: {condition: service_started}}")).toMatchInlineSnapshot(`
    "crew.yaml:4:32  service app depends on db, which takes no part: big or huge is not chosen
      4 |   app: {image: x, depends_on: {db: {condition: service_started}}}
        |                                ^^
      allowed: crew --profile big …, or {db: {required: false}}"
  `);
  expect([said("{db: {required: false}}"), said("[db]", ["huge"])]).toEqual(["", ""]);
});
