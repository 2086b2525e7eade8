// crew wait: until roles have nothing left to do, whatever the others are at.
import { afterEach, expect, test } from "vitest";
import { aBench, type Bench } from "./bench.ts";

const open: Bench[] = [];
afterEach(() => {
  for (const bench of open.splice(0)) bench.remove();
});

function waiting(): Bench {
  const made = aBench({
    "crew.yaml": `name: wait
epic: {title: Wait, base: main}
runtime: process
tracker: git
tasks:
  one: {title: "Write one.txt", role: quick}
  two: {title: "Write two.txt", role: slow}
defaults: {agent: {max_attempts: 1, command: sh agent.sh}}
roles: {quick: {}, slow: {}, none: {}}
`,
    "agent.sh": `if [ "$CREW_ROLE" = slow ]; then while [ ! -e "$HOME/go" ]; do sleep 0.05; done; fi
[ -e "$HOME/bad" ] && exit 1
echo done > "$CREW_ROLE.txt"
`,
  });
  open.push(made);
  return made;
}

test("waits for whom it names, tells each as it is done, and says who needs a person", async () => {
  const made = waiting();
  const before = await made.crew(["wait", "quick"]);
  expect([before.code, before.stderr]).toEqual([1, "! This project has not been brought up yet\n  crew up\n"]);
  expect((await made.crew(["wait"])).stderr).toContain("missing required argument 'roles'");
  expect((await made.crew(["up", "-d"])).code).toBe(0);
  const quick = await made.crew(["wait", "quick", "none"]);
  expect([quick.code, quick.stdout.split("\n").sort()]).toEqual([0, ["", "none: all done", "quick: all done"]]);
  const slow = made.start(["wait", "slow"]);
  const home = await made.until("crew/*/roles/slow/home");
  made.touch(`${home}/bad`);
  made.touch(`${home}/go`);
  const { code, stdout } = await slow.ended;
  expect(code).toBe(5);
  expect(stdout).toMatch(/^slow: needs you: .*: crew retry \S+/);
  const json = await made.crew(["wait", "slow", "--format", "json"]);
  expect([json.code, JSON.parse(json.stdout)]).toMatchObject([
    5,
    { role: "slow", kind: "stuck", attention: { kind: "blocked" } },
  ]);
  expect((await made.crew(["wait", "slw"])).stderr).toContain("Did you mean slow?");
});

test("a stopped role is waited for no longer, and without a driver nobody waits", async () => {
  const made = waiting();
  expect((await made.crew(["up", "-d"])).code).toBe(0);
  const waited = made.start(["wait", "slow"]);
  await made.until("crew/*/roles/slow/home");
  expect((await made.crew(["stop", "slow"])).code).toBe(0);
  const { code, stdout } = await waited.ended;
  expect([code, stdout]).toEqual([5, expect.stringMatching(/^slow: needs you: .*: crew start slow\n$/)]);
  expect((await made.crew(["start", "slow"])).code).toBe(0);
  made.killDriver();
  const alone = await made.crew(["wait", "slow"]);
  expect([alone.code, alone.stderr]).toEqual([1, "! Nobody is driving: slow would never be done\n  crew up\n"]);
});
