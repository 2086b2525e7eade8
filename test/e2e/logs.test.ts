// crew logs by the real program: several logs side by side, their times and names, and a role that is replaced meanwhile.
import { afterEach, expect, test } from "vitest";
import { aBench, type Bench } from "./bench.ts";

const open: Bench[] = [];
afterEach(() => {
  for (const bench of open.splice(0)) bench.remove();
});

const agent = `echo "$CREW_ROLE begins"
while [ ! -e "$HOME/go" ]; do sleep 0.05; done
echo "$CREW_ROLE goes"
echo "$CREW_ROLE" > "$CREW_ROLE.txt"
`;

async function atWork(): Promise<Bench> {
  const made = aBench({
    "crew.yaml": `name: logs
epic: {title: Logs, base: main}
runtime: process
tracker: git
tasks: {one: {title: One, role: dev}, two: {title: Two, role: backend}}
gates: {looks: echo looked}
roles: {dev: {agent: {command: sh agent.sh}}, backend: {agent: {command: sh agent.sh}}}
`,
    "agent.sh": agent,
  });
  open.push(made);
  expect((await made.crew(["up", "-d"])).code).toBe(0);
  while (!(await made.crew(["logs"])).stdout.match(/begins[\s\S]*begins/)) await pause();
  return made;
}

const pause = async () => await new Promise((resolve) => setTimeout(resolve, 100));

test("names stand before the lines of several, aligned, and times where they are asked for", async () => {
  const made = await atWork();
  const lines = async (...flags: string[]) => {
    const { code, stdout, stderr } = await made.crew(["logs", ...flags]);
    expect(code, stderr).toBe(0);
    return stdout.split("\n").slice(0, -1);
  };
  expect(await lines("-n", "1")).toEqual(["backend | backend begins", "dev     | dev begins"]);
  expect(await lines("-n", "1", "--no-log-prefix", "dev", "backend", "dev")).toEqual(["dev begins", "backend begins"]);
  expect(await lines("--tail", "all", "dev")).toEqual([expect.stringMatching(/^--- crew: agent, /), "dev begins"]);
  const time = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d+Z";
  expect(await lines("-t", "-n", "1", "dev")).toEqual([expect.stringMatching(new RegExp(`^${time} dev begins$`))]);
  expect(await lines("--since", "1h", "-n", "1", "dev")).toEqual(["dev begins"]);
  expect(await lines("--until", "1h")).toEqual([]);
  expect(await lines("--since", "2999-01-01", "dev")).toEqual([]);
  const colored = await made.crew(["logs", "-n", "1"], { env: { NO_COLOR: "", FORCE_COLOR: "1" } });
  expect(colored.stdout).toContain("\u001b[36mbackend |\u001b[");
  expect((await made.crew(["logs", "-n", "1", "--no-color"], { env: { FORCE_COLOR: "1" } })).stdout).not.toContain(
    "\u001b",
  );
});

test("a role that is replaced is followed on, and so is a stopped one, until the time that was given", async () => {
  const made = await atWork();
  const following = made.start(["logs", "-f", "-n", "0", "dev", "gate:none"]);
  const early = await following.ended;
  expect([early.code, early.stderr]).toEqual([1, expect.stringContaining("There is no log of gate")]);
  const until = new Date(Date.now() + 12_000).toISOString();
  const followed = made.start(["logs", "-f", "-n", "0", "--until", until, "dev"]);
  await pause();
  expect((await made.crew(["up", "-d", "--force-recreate", "dev"])).code).toBe(0);
  while (!(await made.crew(["logs", "dev"])).stdout.match(/begins[\s\S]*begins/)) await pause();
  made.touch(`${made.find("crew/*/roles/dev/home")[0]}/go`);
  const { code, stdout } = await followed.ended;
  expect(code).toBe(0);
  expect(stdout.split("\n").filter((line) => line.startsWith("dev"))).toEqual(["dev begins", "dev goes"]);
  expect((await made.crew(["logs", "gate:looks"])).stdout).toContain("looked\n");
});

test("what is not there is said with what was probably meant", async () => {
  const made = await atWork();
  const said = async (...args: string[]) => {
    const { code, stderr } = await made.crew(["logs", ...args]);
    return [code, stderr];
  };
  expect(await said("bakcend")).toEqual([
    1,
    '! There is no log of "bakcend"\n  Did you mean backend? There is: backend, dev; gates as gate:NAME\n',
  ]);
  expect(await said("--since", "soon")).toEqual([
    1,
    expect.stringContaining("write how long ago, such as 10m, or a date."),
  ]);
  expect(await said("-n", "few")).toEqual([1, expect.stringContaining("write a whole number, or all.")]);
});

test("a flaky gate's log shows the red run before the green one, and one that ran out of time says so", async () => {
  const made = aBench({ "one.txt": "1\n" });
  open.push(made);
  const mark = `${made.state}.shaken`;
  made.write(
    "crew.yaml",
    `name: logs
epic: {title: Logs, base: main}
runtime: process
tracker: git
tasks: {one: {title: One, role: dev}}
gates:
  shaky: {run: "test ! -e two.txt -o -e '${mark}' && echo steady || { printf shaken; touch '${mark}'; exit 1; }"}
  slow: {run: "echo begun; test ! -e two.txt || sleep 50", timeout: 2s}
roles: {dev: {agent: {command: echo 2 > two.txt, max_attempts: 1}}}
`,
  );
  made.commit("Add the crew");
  expect((await made.crew(["up", "--wait"])).code).toBe(5);
  const lines = async (gate: string) =>
    (await made.crew(["logs", `gate:${gate}`])).stdout
      .split("\n")
      .map((line) => line.replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/, "<time>"))
      // A shell that outlives its command by a moment says so.
      .filter((line) => !/^(--- crew: (clone|gate)|Terminated$)/.test(line));
  expect(await lines("shaky")).toEqual(["shaken", "--- crew: red: once more, to tell a flaky gate ---", "steady", ""]);
  const slow = ["begun", "--- crew: stopped after 2 s, <time> ---"];
  expect(await lines("slow")).toEqual([...slow, "--- crew: red: once more, to tell a flaky gate ---", ...slow, ""]);
});
