// What the driver goes by: the crew file, and the files that it names, as they stand, or as they were good last.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Invocation } from "../../src/cli/invocation.ts";
import { lastGoodFile, readCrewFile } from "../../src/cli/project/crew-file.ts";
import { systemClock } from "../../src/execute/clock.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "crew-file-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
const fileWith = (more: string) => `epic: A
defaults: {agent: {command: "true"}, image: "node:24"}
roles: {dev: {${more}}}
`;

test("a file of variables counts as the crew file does: changed, missing, and there again", async () => {
  write("crew.yaml", fileWith("env_file: dev.env"));
  write("dev.env", "A=1\n");
  const invocation = { cwd: folder, environment: {}, argv: [] } as unknown as Invocation;
  const { crew, follow } = readCrewFile(invocation, { set: {} });
  const current = follow(crew, systemClock);
  const now = async () => {
    const { crew, problem } = await current();
    return [crew.roles[0]?.environment, problem];
  };
  expect(await now()).toEqual([{ A: "1" }, undefined]);
  write("dev.env", "A=22\n");
  expect(await now()).toEqual([{ A: "22" }, undefined]);
  write("crew.yaml", fileWith("env_file: [dev.env, more.env]"));
  expect(await now()).toEqual([{ A: "22" }, "crew.yaml:3:25 more.env cannot be read (env_file of role dev)"]);
  write("more.env", "B=3\n");
  expect(await now()).toEqual([{ A: "22", B: "3" }, undefined]);
  rmSync(join(folder, "dev.env"));
  expect((await now())[0]).toEqual({ A: "22", B: "3" });
});

test.each([
  ["crew.yaml/x", "a file"],
  ["circle/x", "a circle of links"],
])("a folder to build from that lies below %s is not there, at its line", (context, _below) => {
  symlinkSync("circle", join(folder, "circle"));
  const invocation = { cwd: folder, environment: {}, argv: [] } as unknown as Invocation;
  write("crew.yaml", fileWith(`build: ${context}`));
  expect(() => readCrewFile(invocation, { set: {} })).toThrow(`crew.yaml:3:22  the context ${context} is not there`);
});

test("a path that cannot even be looked at is a problem at its line, and is looked at on and on", async () => {
  const invocation = { cwd: folder, environment: {}, argv: [] } as unknown as Invocation;
  write("crew.yaml", fileWith("env_file: crew.yaml/x"));
  expect(() => readCrewFile(invocation, { set: {} })).toThrow(
    "crew.yaml:3:25  crew.yaml/x cannot be read (env_file of role dev)",
  );
  write("crew.yaml", fileWith("env_file: dev.env"));
  write("dev.env", "A=1\n");
  const { crew, follow } = readCrewFile(invocation, { set: {} });
  const current = follow(crew, systemClock);
  rmSync(join(folder, "dev.env"));
  symlinkSync("dev.env", join(folder, "dev.env"));
  const problem = "crew.yaml:3:25 dev.env cannot be read (env_file of role dev)";
  expect(await current()).toMatchObject({ crew: { roles: [{ environment: { A: "1" } }] }, problem });
  expect(await current()).toMatchObject({ problem });
  rmSync(join(folder, "dev.env"));
  write("dev.env", "A=2\n");
  const found = await current();
  expect([found.crew.roles[0]?.environment, found.problem]).toEqual([{ A: "2" }, undefined]);
});

test("the file as it was good last counts without the specialties that are gone since, and with those that are not", () => {
  const invocation = { cwd: folder, environment: {}, argv: [] } as unknown as Invocation;
  const text = fileWith("specialty: [poet, cook]");
  mkdirSync(join(folder, ".crew/specialties"), { recursive: true });
  write(".crew/specialties/cook.md", "You cook.\n");
  const found = lastGoodFile(invocation, { set: {} }, { file: join(folder, "crew.yaml"), text });
  expect(found?.roles.map(({ name, specialties }) => [name, specialties])).toEqual([
    ["dev", [{ name: "cook", text: "You cook." }]],
  ]);
});

test("a specialty that comes later is seen, one that counts before another too; what nobody names changes nothing else", async () => {
  const invocation = { cwd: folder, environment: {}, argv: [] } as unknown as Invocation;
  mkdirSync(join(folder, ".claude/agents/team"), { recursive: true });
  write(".claude/agents/team/cook.md", "Cook.");
  write("crew.yaml", fileWith("specialty: cook"));
  const { crew, follow } = readCrewFile(invocation, { set: {} });
  let nowMs = 1;
  const current = follow(crew, { ...systemClock, nowMs: () => nowMs++ });
  const now = async () => {
    const { crew, problem = "", changedAtMs } = await current();
    return [crew.roles[0]?.specialties?.map(({ text }) => text).join(), problem, changedAtMs];
  };
  expect(await now()).toEqual(["Cook.", "", 0]);
  write(".claude/agents/team/waiter.md", "Wait.");
  expect(await now()).toEqual(["Cook.", "", 0]);
  mkdirSync(join(folder, ".crew/specialties"), { recursive: true });
  write(".crew/specialties/cook.md", "Cook well.");
  expect(await now()).toEqual(["Cook well.", "", 0]);
  write("crew.yaml", fileWith("specialty: [cook, baker]"));
  const [words, problem, atMs] = await now();
  expect([words, atMs]).toEqual(["Cook well.", 0]);
  expect(problem).toContain('unknown specialty "baker" in role dev');
  write(".claude/agents/team/baker.md", "Bake.");
  expect(await now()).toEqual(["Cook well.,Bake.", "", 1]);
});

const preset = (program: string) => `program: ${program}
first: [${program}]
resume: [${program}, "{session}"]
reader: 'END { ended("ok") }'
`;

test("a preset of the team's counts as the crew file does, and whoever only looks on does without one that is wrong", async () => {
  const invocation = { cwd: folder, environment: {}, argv: [] } as unknown as Invocation;
  const text = fileWith("agent: ./mine.yaml");
  write("crew.yaml", text);
  write("mine.yaml", preset("one"));
  const { crew, follow } = readCrewFile(invocation, { set: {} });
  const current = follow(crew, systemClock);
  const now = async () => {
    const { crew, problem } = await current();
    return [crew.roles[0]?.program?.name, problem];
  };
  const programs = (flags: object) => readCrewFile(invocation, { set: {}, ...flags }).crew.roles[0]?.program;
  expect(await now()).toEqual(["one", undefined]);
  write("mine.yaml", preset("three"));
  expect(await now()).toEqual(["three", undefined]);
  write("mine.yaml", preset("a b"));
  const mistake = 'mine.yaml:1:10 program must be the name of a program on PATH, such as my-agent, not "a b"';
  expect(await now()).toEqual(["three", mistake]);
  expect(() => programs({})).toThrow("mine.yaml:1:10  program must be");
  expect(programs({ looksOn: true })).toBeUndefined();
  expect(lastGoodFile(invocation, { set: {} }, { file: join(folder, "crew.yaml"), text })?.roles).toHaveLength(1);
  rmSync(join(folder, "mine.yaml"));
  expect(await now()).toEqual(["three", "crew.yaml:3:22 ./mine.yaml cannot be read"]);
  write("mine.yaml", preset("four"));
  expect(await now()).toEqual(["four", undefined]);
});

test("where it lies in a repository, it is among the files that an agent's work may not change unseen", () => {
  const invocation = { cwd: folder, environment: {}, argv: [] } as unknown as Invocation;
  mkdirSync(join(folder, ".git"));
  write("crew.yaml", fileWith("agent: ./mine.yaml"));
  write("mine.yaml", preset("one"));
  expect(readCrewFile(invocation, { set: {} }).crew.protect).toEqual(["/crew.yaml", "/.env", "/mine.yaml"]);
  write("crew.yaml", fileWith("env_file: [{path: .env.local, required: false}]"));
  write("named.env", "");
  const { protect } = readCrewFile(invocation, { set: {}, envFile: ["named.env"] }).crew;
  expect(protect).toEqual(["/crew.yaml", "/named.env", "/.env", "/.env.local"]);
});

test(".env beside the file has what the environment lacks, credentials too, and counts as the file does", async () => {
  const asked = (environment: Record<string, string>) =>
    ({ cwd: folder, environment, argv: [] }) as unknown as Invocation;
  const words = "agent: claude, image: 'node:${NODE}', environment: {OWN: '${OWN:-none}', ANOTHER: }";
  write("crew.yaml", `epic: A\nroles: {dev: {${words}}}\n`);
  write(".env", "NODE=22 # the team's\nANOTHER='a $b'\nANTHROPIC_API_KEY=sk-of-the-file\n");
  const read = readCrewFile(asked({ OWN: "mine", NODE: "24" }), { set: {} });
  const [role] = read.crew.roles;
  expect(role?.environment).toMatchObject({ OWN: "mine", ANOTHER: "a $b" });
  expect(role?.container).toMatchObject({ image: "node:24" });
  expect(role?.secrets?.map(({ name, value }) => [name, value?.()])).toEqual([["ANTHROPIC_API_KEY", "sk-of-the-file"]]);
  const { crew: exported } = readCrewFile(asked({ ANTHROPIC_AUTH_TOKEN: "of-the-shell", NODE: "24" }), { set: {} });
  expect(exported.roles[0]?.secrets?.map(({ name }) => name)).toEqual(["ANTHROPIC_AUTH_TOKEN"]);
  const current = read.follow(read.crew, systemClock);
  write(".env", "NODE=22\nANOTHER=changed\nANTHROPIC_API_KEY=sk-of-the-file\n");
  expect((await current()).crew.roles[0]?.environment).toMatchObject({ ANOTHER: "changed" });
});

test("files that are asked for are read instead: from where crew was called, or from the file where a variable names them", () => {
  const asked = (environment = {}) => ({ cwd: folder, environment, argv: [] }) as unknown as Invocation;
  write("crew.yaml", fileWith("environment: {A: , B: , C: '${C:-none}'}"));
  write(".env", "C=unread\n");
  write("a.env", "A=1\nB=1\n");
  write("b.env", "B=2\n");
  const environmentOf = (envFile?: string[], environment = {}) =>
    readCrewFile(asked(environment), { set: {}, ...(envFile && { envFile }) }).crew.roles[0]?.environment;
  expect(environmentOf(["a.env", "b.env"])).toEqual({ A: "1", B: "2", C: "none" });
  expect(environmentOf(undefined, { CREW_ENV_FILES: "b.env,a.env" })).toMatchObject({ A: "1", B: "1" });
  expect(environmentOf(["a.env"], { CREW_ENV_FILES: "b.env" })).toMatchObject({ B: "1" });
  expect(() => environmentOf(["c.env"])).toThrow("c.env cannot be read, and variables were to come from it.");
  mkdirSync(join(folder, "below"));
  const below = { ...asked({ CREW_ENV_FILES: "b.env" }), cwd: join(folder, "below") } as Invocation;
  expect(readCrewFile(below, { set: {} }).crew.roles[0]?.environment).toMatchObject({ B: "2" });
  const recorded = { file: join(folder, "crew.yaml"), text: fileWith("environment: {A: '${A:-none}'}") };
  const { roles } = lastGoodFile(asked({ CREW_ENV_FILES: "c.env" }), { set: {} }, recorded) ?? {};
  expect(roles?.[0]?.environment).toEqual({ A: "none" });
});
