// What only a candidate tells: it waits where it leaves its role's paths, where what was approved comes out otherwise, and
// with `review: bead` in any case, once its gates are green.
import { expect, test } from "vitest";
import type { Crew } from "../../src/model/crew.ts";
import { mergePair, type World } from "../../src/model/world.ts";
import { aBead, given } from "../builders/bead.ts";
import { aCrew, aGate, aRole, settings } from "../builders/crew.ts";
import { mergedTree, oid } from "../builders/oids.ts";
import { planText } from "../builders/plan-text.ts";
import { aProject, aVerdict, reported, shows, type WorldPart, withBeads, withFacts } from "../builders/world.ts";

const login = given(aBead("login", { labels: ["backend"] }), "backend");

const entryOf = (path: string, mode = "100644") => `${mode} ${oid(`blob of ${path}`)}`;

/** What the merge of `work1` changes. */
function changing(...paths: readonly string[]): WorldPart {
  return (world: World) => {
    const pair = { source: oid("work1"), target: oid("base") };
    const changes = new Map(paths.map((path) => [path, entryOf(path)]));
    const tried = { kind: "clean", ...pair, tree: mergedTree("work1"), changes } as const;
    return { ...world, merges: new Map(world.merges).set(mergePair(pair), tried) };
  };
}

function told(crew: Crew, ...parts: readonly WorldPart[]): readonly string[] {
  const world = aProject(
    crew,
    withBeads(login),
    reported("login.1.1", "backend", "work1"),
    shows("backend", "work1"),
    ...parts,
  );
  return planText(crew, world)
    .split("\n")
    .filter((line) => /^(! |tip.move|gate.start|order.issue)/.test(line));
}

const green = (crew: Crew) => aVerdict(crew, mergedTree("work1"), "green");
const approved = (value: { readonly commit?: string; readonly entries?: Readonly<Record<string, string>> }) =>
  withFacts({
    approvals: new Map([["login.1.1", { commit: oid("work1"), noChange: false, atMs: 5, ...value }]]),
  });

test("outside the role's paths: waits for a person, and says where", () => {
  const crew = aCrew(aRole("backend", { paths: ["api/**", "*.md"] }), aGate("test"));
  expect(told(crew, changing("api/a.ts", "docs/b.md"))).toEqual([
    "gate.start:test:….1 (no verdict on the merge of login)",
  ]);
  expect(told(crew, changing("api/a.ts", "API/b.ts", "web/c.ts"))).toEqual([
    "! approval login: login waits for approval: it changes what is outside the paths of backend: API/b.ts, web/c.ts",
  ]);
  expect(told(crew, changing("web/c.ts"), approved({}), green(crew))).toEqual([
    "tip.move:epic:login (login at work1··: test green)",
  ]);
});

test("review: bead: a person is asked once the gates are green, and not for what is red", () => {
  const crew = aCrew(aRole("backend"), aGate("test"), settings({ review: "bead" }));
  expect(told(crew, changing("a"))).toEqual(["gate.start:test:….1 (no verdict on the merge of login)"]);
  expect(told(crew, changing("a"), green(crew))).toEqual([
    "! approval login: login waits for approval: review: bead, and its gates are green",
  ]);
  expect(told(crew, changing("a"), green(crew), approved({}))).toEqual([
    "tip.move:epic:login (login at work1··: test green)",
  ]);
  expect(told(crew, changing("a"), aVerdict(crew, mergedTree("work1"), "red"))[0]).toMatch(/^order.issue:login.1.2/);
});

test("an approval stands for what was seen at protected paths", () => {
  const crew = aCrew(aRole("backend"), aGate("test"));
  const same = approved({ entries: { ".envrc": entryOf(".envrc") } });
  expect(told(crew, changing(".envrc"), green(crew), same)).toEqual([
    "tip.move:epic:login (login at work1··: test green)",
  ]);
  const other = approved({ entries: { ".envrc": `100644 ${oid("what was seen")}` } });
  expect(told(crew, changing(".envrc"), green(crew), other)).toEqual([
    "! approval login: login waits for approval: what was approved of .envrc comes out otherwise by now",
  ]);
  const executable = approved({ entries: { ".envrc": entryOf(".envrc", "100755") } });
  expect(told(crew, changing(".envrc"), green(crew), executable)).toEqual([
    "! approval login: login waits for approval: what was approved of .envrc comes out otherwise by now",
  ]);
});

test("a protected path that the report does not name, which the merge follows a rename to, waits as well", () => {
  const crew = aCrew(aRole("backend"), aGate("test"), settings({ protect: ["db/**"] }));
  expect(told(crew, changing("src/a.ts", ".github/workflows/ci.yml", "db/1.sql"), green(crew))).toEqual([
    "! approval login: login waits for approval: it changes what is protected: .github/workflows/ci.yml, db/1.sql",
  ]);
  const seen = Object.fromEntries([".envrc"].map((path) => [path, entryOf(path)]));
  expect(told(crew, changing(".envrc", "db/1.sql"), green(crew), approved({ entries: seen }))).toEqual([
    "! approval login: login waits for approval: it changes what is protected: db/1.sql",
  ]);
});

test("a gate with paths runs only for what touches them, and at the landing in any case", () => {
  const crew = aCrew(aRole("backend"), aGate("test", { paths: ["api/**"] }));
  expect(told(crew, changing("api/a.ts"))).toEqual(["gate.start:test:….1 (no verdict on the merge of login)"]);
  expect(told(crew, changing("docs/a.md"))).toEqual(["tip.move:epic:login (login at work1··: no gates)"]);
});

test("strategy: squash makes a report one commit on its target", () => {
  const crew = aCrew(aRole("backend"), settings({ strategy: "squash" }));
  const world = aProject(crew, withBeads(login), reported("login.1.1", "backend", "work1"), shows("backend", "work1"));
  expect(planText(crew, world)).toContain("base··· + work1··: Do login (login)");
});
