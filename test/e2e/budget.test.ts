// A budget of three turns stops after three, whatever is killed, deleted or begun anew; raised by a word or in the file, the rest
// goes on. One of hours or dollars lets the turn that uses it up finish, and no other one begin.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { aBench, type Bench } from "./bench.ts";

const file = (
  budget: string,
  tasks = "{a: Write a, b: Write b, c: Write c, d: Write d, e: Write e}",
  roles = "dev: {agent: {command: sh agent.sh}}",
) => `name: dear
epic: {title: "[DEAR] Five files", branch: epic/dear, base: main}
tasks: ${tasks}
roles: {${roles}}
gates: ["true"]
review: none
budget: {${budget}}
runtime: process
tracker: git
`;

let bench: Bench;
afterEach(() => bench.remove());

test("three turns, and a person raises them", async () => {
  bench = aBench({
    "crew.yaml": file("turns: 3"),
    "agent.sh": 'sleep 1\necho x >"$CREW_BEAD.txt"\ngit add .\ngit commit -qm "Write $CREW_BEAD"\n',
  });
  const turns = () => bench.git("for-each-ref", "--format=%(contents)", "refs/crew/p/dear/done").match(/^Turns: 1$/gm);
  const begun = bench.start(["up", "--wait"]);
  await begun.says("merged dear-");
  process.kill(-begun.pid, "SIGKILL");
  await begun.ended;
  const { code, stderr } = await bench.crew(["up", "--wait"]);
  expect([code, stderr]).toEqual([5, expect.stringContaining("the budget is used up: 3 of 3 turns")]);
  expect(stderr).toContain("    crew up --budget turns=6\n");
  expect(turns()).toHaveLength(3);
  rmSync(join(bench.repository, ".git/crew/dear/events.jsonl"), { force: true });
  expect((await bench.crew(["up", "--wait"])).code).toBe(5);
  expect(turns()).toHaveLength(3);
  expect((await bench.crew(["status"])).stdout).toContain("budget is used up");
  const plan = async (...args: string[]) => (await bench.crew(["plan", ...args])).stdout;
  expect(await plan()).toMatch(/budget +\[3 of 3 turns used\]/);
  expect(await plan("--budget", "turns=4")).toMatch(/budget +\[3 of 4 turns used\]/);
  // The fourth turn is given without a word in the file, and no more than that is remembered.
  expect((await bench.crew(["up", "--wait", "--budget", "turns=4"])).code).toBe(5);
  expect(turns()).toHaveLength(4);
  expect((await bench.crew(["up", "--wait"])).code).toBe(5);
  expect(await plan()).toMatch(/budget +\[4 of 4 turns used\]/);
  bench.write("crew.yaml", file("turns: 5"));
  expect((await bench.crew(["up", "--wait"])).stderr).toContain("crew up --budget turns=8");
  const wrong = await bench.crew(["up", "--budget", "turns=1.5"]);
  expect([wrong.code, wrong.stderr]).toEqual([
    1,
    expect.stringContaining("write limits such as turns=20,usd=5,dev.hours=2, or file."),
  ]);
  expect((await bench.crew(["up", "--wait", "--budget", "file"])).code).toBe(0);
  expect(turns()).toHaveLength(5);
});

test("a role's own turns: it waits alone, also after a kill and without the log, until a person raises them", async () => {
  bench = aBench({
    "crew.yaml": file(
      "turns: 90",
      "{a: {title: Write a, labels: [dev]}, b: {title: Write b, labels: [dev]}, c: {title: Write c, labels: [dev]}, d: {title: Write d, labels: [other]}}",
      "dev: {budget: {turns: 2}, agent: {command: sh agent.sh}}, other: {agent: {command: sh agent.sh}}",
    ),
    "agent.sh": 'sleep 1\necho x >"$CREW_BEAD.txt"\ngit add .\ngit commit -qm "Write $CREW_BEAD"\n',
  });
  const turns = (role: string) =>
    bench
      .git("for-each-ref", "--format=%(contents)", "refs/crew/p/dear/done")
      .split("\n")
      .filter((line) => line === `Role: ${role}`).length;
  const begun = bench.start(["up", "--wait"]);
  await begun.says("merged dear-");
  process.kill(-begun.pid, "SIGKILL");
  await begun.ended;
  rmSync(join(bench.repository, ".git/crew/dear/events.jsonl"), { force: true });
  const { code, stderr } = await bench.crew(["up", "--wait"]);
  expect([code, stderr]).toEqual([5, expect.stringContaining("the budget of dev is used up: 2 of 2 turns")]);
  expect(stderr).toContain("    crew up --budget dev.turns=4\n");
  expect([turns("dev"), turns("other")]).toEqual([2, 1]);
  expect((await bench.crew(["status"])).stdout).toContain("crew up --budget dev.turns=4");
  expect((await bench.crew(["plan"])).stdout).toMatch(/budget dev +\[2 of 2 turns used\]/);
  const unknown = await bench.crew(["up", "--budget", "dve.turns=4"]);
  expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining("Did you mean dev?")]);
  expect((await bench.crew(["up", "--wait", "--budget", "dev.turns=4"])).code).toBe(0);
  expect(turns("dev")).toBe(3);
});

test("hours that are used up in the middle of an order", async () => {
  bench = aBench({
    "crew.yaml": file("hours: 0.0003"),
    "agent.sh": "echo x >>begun\nsleep 5\nexit 1\n",
  });
  const { code, stderr } = await bench.crew(["up", "--wait"]);
  expect([code, stderr]).toEqual([5, expect.stringContaining("the budget is used up: 0.0 of 0.0003 hours")]);
  const [report = ""] = bench.git("for-each-ref", "--format=%(contents)", "refs/crew/p/dear/done").split("\n\n");
  expect(report).toMatch(/^State: failed$[\s\S]*^Turns: 1$/m);
  expect(stderr).toContain("failed, 1 turn (the agent ended with exit code 1; its share of the budget is used up)");
});
