// The flags of crew up that Compose has, by the real program: what is replaced, what stays, what is made and not started, and
// how long is waited; beside a driver and without one.
import { readFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { aBench, type Bench } from "./bench.ts";

const open: Bench[] = [];
afterEach(() => {
  for (const bench of open.splice(0)) bench.remove();
});

/** Notes each beginning, and writes once a person has made the file in its home. */
const agent = `echo "begun $LEVEL" >> "$HOME/begun"
while [ ! -e "$HOME/go" ]; do sleep 0.05; done
echo one > one.txt
`;

const crewFile = `name: flags
epic: {title: Flags, base: main}
runtime: process
tracker: git
tasks: {one: {title: Write one.txt, role: dev}}
roles:
  dev: {agent: {command: sh agent.sh}, environment: {LEVEL: low}}
  idle: {agent: {command: sh agent.sh}, environment: {LEVEL: low}}
`;

function aTeam(): Bench {
  const made = aBench({ "crew.yaml": crewFile, "agent.sh": agent });
  open.push(made);
  return made;
}

async function atWork(): Promise<Bench> {
  const made = aTeam();
  expect((await made.crew(["up", "-d"])).code).toBe(0);
  await begun(made, ["low"]);
  return made;
}

async function begun(made: Bench, levels: readonly string[]): Promise<void> {
  const path = await made.until("crew/*/roles/dev/home/begun");
  const wanted = levels.map((level) => `begun ${level}\n`).join("");
  while (readFileSync(path, "utf8") !== wanted) await new Promise((resolve) => setTimeout(resolve, 20));
}

interface Row {
  readonly name: string;
  readonly state: string;
  readonly drift: readonly unknown[];
}

async function rows(made: Bench): Promise<Readonly<Record<string, Row>>> {
  const all = JSON.parse((await made.crew(["ps", "--format", "json"])).stdout) as readonly Row[];
  return Object.fromEntries(all.map((row) => [row.name, row]));
}

async function driver(made: Bench): Promise<number | undefined> {
  const { stdout } = await made.crew(["status", "--format", "json"]);
  return (JSON.parse(stdout) as { readonly driver: { readonly pid: number } | null }).driver?.pid;
}

async function finish(made: Bench, levels: readonly string[]): Promise<void> {
  await begun(made, levels);
  made.touch(`${made.find("crew/*/roles/dev/home")[0]}/go`);
  const ended = await made.crew(["up", "--wait"]);
  expect(ended.code, ended.stderr).toBe(0);
  expect(made.git("for-each-ref", "refs/crew/p/flags/order/").split("\n")).toHaveLength(1);
  expect(made.git("show", "epic/flags:one.txt")).toBe("one");
  await begun(made, levels);
}

const words = (text: string) => text.replaceAll(/^.*✓ /gm, "").split("\n");

test("--force-recreate replaces a role at work once, beside a driver and without one; its order goes on and costs no attempt", async () => {
  const made = await atWork();
  const pid = await driver(made);
  const beside = await made.crew(["up", "-d", "--force-recreate", "-t", "3", "-y", "dev"]);
  expect(beside.code, beside.stderr).toBe(0);
  expect(words(beside.stderr).filter((line) => line.endsWith(" idle"))).toEqual([]);
  expect(words(beside.stderr)).toEqual(expect.arrayContaining(["stopped dev", "started dev"]));
  await begun(made, ["low", "low"]);
  expect(await driver(made)).toBe(pid);
  made.killDriver();
  const alone = await made.crew(["up", "-d", "--force-recreate"]);
  expect(alone.code, alone.stderr).toBe(0);
  expect(words(alone.stderr)).toEqual(expect.arrayContaining(["stopped dev", "stopped idle", "started idle"]));
  await finish(made, ["low", "low", "low"]);
});

test("what drifted is replaced in the middle of its turn with --force-recreate, and a stopped role stays as it is", async () => {
  const made = await atWork();
  expect((await made.crew(["stop", "-t", "5", "idle"])).stderr).toEqual(
    expect.stringMatching(/^idle is stopped until crew start idle\.$/m),
  );
  made.write("crew.yaml", crewFile.replace("LEVEL: low", "LEVEL: high"));
  const up = await made.crew(["up", "-d", "--force-recreate"]);
  expect(up.code, up.stderr).toBe(0);
  expect((await rows(made)).idle?.state).toBe("exited");
  await finish(made, ["low", "high"]);
});

test.each(
  ["stop", "remove", "create", "start"].flatMap((kind) => [`before:instance.${kind}`, `after:instance.${kind}`]),
)("killed %s in the middle of --force-recreate: the next up converges", async (point) => {
  const made = await atWork();
  made.killDriver();
  const killed = await made.crew(["up", "-d", "--force-recreate", "dev"], { env: { CREW_CRASH: point } });
  expect([killed.signal, killed.stderr]).toEqual(["SIGKILL", expect.stringContaining(`CREW_CRASH ${point}`)]);
  expect((await made.crew(["up", "-d"])).code).toBe(0);
  await finish(made, point === "before:instance.stop" ? ["low"] : ["low", "low"]);
});

test("--no-recreate leaves what drifted until the next up, beside a driver and without one", async () => {
  const made = aTeam();
  expect((await made.crew(["up", "-d", "--no-recreate"])).code).toBe(0);
  // Before its turn has begun a role that nobody names any more is replaced at once.
  await begun(made, ["low"]);
  const pid = await driver(made);
  made.write("crew.yaml", crewFile.replaceAll("LEVEL: low", "LEVEL: high"));
  const drifts = async () => ((await rows(made)).idle?.drift ?? []).length;
  for (const started of [false, true]) {
    if (started) made.killDriver();
    expect((await made.crew(["up", "-d", "--no-recreate", "idle"])).code).toBe(0);
    expect((await driver(made)) === pid).toBe(!started);
    // Long enough for a driver to look again.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(await drifts()).toBe(1);
  }
  expect((await made.crew(["up", "-d"])).code).toBe(0);
  const until = Date.now() + 20_000;
  while ((await drifts()) > 0 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await drifts()).toBe(0);
  await finish(made, ["low"]);
});

test("--no-start makes and does not start; start and up do, and beside a driver it is refused", async () => {
  const made = aTeam();
  const only = await made.crew(["up", "--no-start"]);
  expect([only.code, words(only.stderr).at(-2)]).toEqual([0, "Made, and not started: crew start, or crew up"]);
  expect(Object.values(await rows(made)).map(({ state }) => state)).toEqual(["created", "created"]);
  expect(await driver(made)).toBeUndefined();
  expect((await made.crew(["up", "--no-start"])).stderr).toBe("Made, and not started: crew start, or crew up\n");
  const start = await made.crew(["start", "dev"]);
  expect(words(start.stderr)).toEqual(["started dev", "dev is let go. Nobody is driving: crew up", ""]);
  expect((await made.crew(["up", "-d"])).code).toBe(0);
  expect(Object.values(await rows(made)).map(({ state }) => state)).toEqual(["running", "running"]);
  const refused = await made.crew(["up", "--no-start"]);
  expect([refused.code, refused.stderr]).toEqual([
    1,
    "! This project is being driven: what is made is started at once\n  crew stop holds roles back; crew down ends the driver\n",
  ]);
  await finish(made, ["low"]);
});

test("--wait-timeout ends the waiting, driven here or by a driver beside it, and what was begun goes on later", async () => {
  const made = aTeam();
  const here = await made.crew(["up", "--wait", "--wait-timeout", "3"]);
  expect([here.code, here.stderr]).toEqual([
    1,
    expect.stringMatching(/! Not settled within 3 s\n {2}Nobody is driving: crew up\n$/),
  ]);
  expect((await made.crew(["up", "-d"])).code).toBe(0);
  const beside = await made.crew(["up", "--wait", "--wait-timeout", "1"]);
  expect([beside.code, beside.stderr]).toEqual([
    1,
    expect.stringMatching(/! Not settled within 1 s\n {2}crew status\n$/),
  ]);
  await finish(made, ["low"]);
});

test("what does not go together is refused before anything is done", async () => {
  const made = aTeam();
  const refusals: readonly (readonly [readonly string[], string])[] = [
    [["--force-recreate", "--no-recreate"], "option '--force-recreate' cannot be used with option '--no-recreate'"],
    [["-d", "--wait"], "option '--wait' cannot be used with option '-d, --detach'"],
    [["--no-start", "--wait"], "option '--no-start' cannot be used with option '--wait'"],
    [["--wait-timeout", "5"], "--wait-timeout goes with --wait"],
    [["--wait", "--wait-timeout", "soon"], "write a whole number."],
    [["--force-recreate", "dve"], "There is no role dve in crew.yaml\n  Did you mean dev? Roles: dev, idle"],
  ];
  for (const [flags, said] of refusals) {
    const { code, stderr } = await made.crew(["up", ...flags]);
    expect([code, stderr]).toEqual([1, expect.stringContaining(said)]);
  }
  expect(made.git("for-each-ref", "refs/crew")).toBe("");
});

test("down takes Compose's flags", async () => {
  const made = await atWork();
  const down = await made.crew(["down", "--remove-orphans", "-t", "1"]);
  expect(down.code, down.stderr).toBe(0);
  expect(made.survivors()).toEqual([]);
  expect(made.git("for-each-ref", "refs/crew/p/flags/rescue/dev/")).not.toBe("");
});
