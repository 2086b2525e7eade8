// The command line as people and scripts meet it: exit codes, formats, messages, and the driver beside other commands.
import { afterEach, expect, test } from "vitest";
import { aBench, type Bench, newestNode } from "./bench.ts";
import { outcomeOf } from "./outcome.ts";
import { aStory } from "./story.ts";

const open: Bench[] = [];
afterEach(() => {
  for (const bench of open.splice(0)) bench.remove();
});

function opened(made: Bench): Bench {
  open.push(made);
  return made;
}

test("the whole story runs on the newest Node that there is", async () => {
  const made = opened(aStory());
  const node = newestNode ?? process.execPath;
  for (const args of [["up", "--wait"], ["land"], ["down"]]) {
    const { code, stderr } = await made.crew(args, { node });
    expect(code, stderr).toBe(0);
  }
  expect(outcomeOf(made).merged).toEqual(["Write first.txt 1", "Write second.txt 1"]);
});

test("up -d returns when all is set up; status, ps and plan tell the same in text and JSON; the driver lands by itself", async () => {
  const made = opened(aStory());
  const plan = await made.crew(["plan", "--detailed-exitcode"]);
  expect(plan.code).toBe(2);
  const up = await made.crew(["up", "-d"]);
  expect(up.code, up.stderr).toBe(0);
  const ps = JSON.parse((await made.crew(["ps", "--format", "json"])).stdout) as readonly {
    readonly name: string;
    readonly kind: string;
  }[];
  expect(ps.filter((row) => row.kind === "role").map((row) => row.name)).toEqual(["writer", "reader"]);
  const status = JSON.parse((await made.crew(["status", "--format", "json"])).stdout) as {
    readonly driver: { readonly pid: number } | null;
  };
  expect(status.driver?.pid).toBeGreaterThan(0);
  // A second up looks on at the same driver, until all is merged.
  const again = await made.crew(["up", "--wait"]);
  expect(again.code, again.stderr).toBe(0);
  expect(again.stderr).toContain("Next: crew land");
  expect((await made.crew(["land"])).code).toBe(0);
  const last = await made.crew(["up", "-d"]);
  expect(last.stderr).toMatch(/^Nothing to do: epic story-\S+ is landed and closed\.$/m);
  expect((await made.crew(["plan", "--detailed-exitcode"])).code).toBe(0);
  expect((await made.crew(["down"])).code).toBe(0);
  expect((await made.crew(["up", "--wait"])).code).toBe(0);
  expect((await made.crew(["diff"])).stderr).toMatch(/^! This project is down: epic story-\S+ is landed and closed\n/);
  expect(made.find("crew/*"), "of a project that is over nothing is made").toEqual([]);
  expect(made.survivors()).toEqual([]);
});

test("a driver that was started for one role drives the others too once they are said to be up", async () => {
  const crewFile = `name: more
epic: {title: More, base: main}
tasks:
  one: {title: One, role: one}
  two: {title: Two, role: two}
  three: {title: Three, role: three}
defaults: {agent: {command: 'touch "$$CREW_ROLE"'}}
roles: {one: {}, two: {}, three: {}}
runtime: process
tracker: git
`;
  const made = opened(aBench({ "crew.yaml": crewFile }));
  const roles = async () => {
    const { stdout } = await made.crew(["ps", "--format", "json"]);
    return (JSON.parse(stdout) as readonly { readonly name: string }[]).map(({ name }) => name);
  };
  expect((await made.crew(["up", "-d", "one"])).code).toBe(0);
  expect(await roles()).toEqual(["one"]);
  expect((await made.crew(["up", "-d", "two"])).code).toBe(0);
  expect(await roles()).toEqual(["one", "two"]);
  const up = await made.crew(["up", "--wait"]);
  expect(up.code, up.stderr).toBe(0);
  expect(made.git("ls-tree", "--name-only", "epic/more").split("\n")).toEqual(["crew.yaml", "one", "three", "two"]);
  expect((await made.crew(["down"])).code).toBe(0);
  expect(made.survivors()).toEqual([]);
});

test("ten mistakes are ten located errors, and nothing is done", async () => {
  const made = opened(
    aBench({
      "crew.yaml": [
        "name: Ten Mistakes",
        "epic: {title: Ten, brnch: x}",
        "runtime: proces",
        "max_parallel: many",
        "review: sometimes",
        "tasks: {one: {title: One, blocked_by: [two]}}",
        "roles:",
        "  dev: {into: nobody, chek: x}",
        "  epic: {}",
        "gates: {test: {run: npm test, timeout: soon}}",
        "",
      ].join("\n"),
    }),
  );
  for (const command of ["plan", "up", "config"]) {
    const { code, stderr } = await made.crew([command]);
    expect(code).toBe(3);
    const places = stderr.split("\n").filter((line) => /^(! )?\s*crew\.yaml:\d+:\d+ /.test(line));
    expect(places, stderr).toHaveLength(10);
  }
  expect(made.git("for-each-ref", "refs/crew")).toBe("");
});

test("up refuses what is not there yet, with its place and the way out; config accepts it", async () => {
  const made = opened(
    aBench({ "crew.yaml": "epic: Later\ntasks: {one: One}\nroles: {dev: {}}\ninclude: [other.yaml]\n" }),
  );
  const { code, stderr } = await made.crew(["up"]);
  expect(code).toBe(3);
  expect(stderr).toContain("runtime: process");
  expect(stderr).toContain("write its keys into this file");
  expect(stderr).toMatch(/crew\.yaml:4:1 /);
  expect((await made.crew(["config", "-q"])).code).toBe(0);
});

test("without a crew file, a repository or a commit the error says where it looked and what to type", async () => {
  const made = opened(aBench({ "README.md": "" }));
  const noFile = await made.crew(["up"]);
  expect(noFile.code).toBe(1);
  expect(noFile.stderr).toContain(`No crew.yaml or crew.yml in ${made.repository}`);
  const outside = await made.crew(["status"], { cwd: made.state.replace(/state$/, "home") });
  expect(outside.code).toBe(5);
  expect(outside.stderr).toMatch(/not (in )?a git repository/i);
});

test("inputs are given once; later commands take them from the project", async () => {
  const made = opened(
    aBench({
      "crew.yaml":
        'name: in-${feature}\ninputs: {feature: {description: Name}}\nepic: {title: "${feature}", base: main}\ntasks: {one: One}\n' +
        "roles: {dev: {agent: {command: 'echo ${feature} > one.txt'}}}\nruntime: process\ntracker: git\n",
    }),
  );
  const without = await made.crew(["up", "--wait"]);
  expect(without.code).toBe(3);
  expect(without.stderr).toContain("--set feature=");
  expect((await made.crew(["up", "--wait", "--set", "feature=radar"])).code).toBe(0);
  expect((await made.crew(["land"])).code).toBe(0);
  expect(made.git("show", "main:one.txt")).toBe("radar");
  expect((await made.crew(["down"])).code).toBe(0);
});

test("down in the middle keeps what is uncommitted, and up goes on with it", async () => {
  const made = opened(
    aBench({
      "crew.yaml":
        "name: middle\nepic: {title: Middle, base: main}\ntasks: {one: Write one.txt}\n" +
        "roles: {dev: {agent: {command: sh agent.sh}}}\nruntime: process\ntracker: git\n",
      "agent.sh":
        'if [ -e draft.txt ]; then mv draft.txt one.txt; else echo draft > draft.txt; touch "$HOME/busy"; sleep 300; fi\n',
    }),
  );
  expect((await made.crew(["up", "-d"])).code).toBe(0);
  await made.until("crew/*/roles/dev/home/busy");
  const down = await made.crew(["down"]);
  expect(down.code, down.stderr).toBe(0);
  expect(made.survivors()).toEqual([]);
  const rescue = made.git("for-each-ref", "--format=%(refname)", "refs/crew/p/middle/rescue/");
  expect(rescue).toBe("refs/crew/p/middle/rescue/dev/1");
  expect(made.git("show", `${rescue}:draft.txt`)).toBe("draft");
  const up = await made.crew(["up", "--wait"]);
  expect(up.code, up.stderr).toBe(0);
  expect((await made.crew(["land"])).code).toBe(0);
  expect(made.git("show", "main:one.txt")).toBe("draft");
});

test("logs show what a role's agent wrote, without control sequences", async () => {
  const made = opened(
    aBench({
      "crew.yaml":
        "name: logs\nepic: {title: Logs, base: main}\ntasks: {one: Write one.txt}\n" +
        "roles: {dev: {agent: {command: sh agent.sh}}}\nruntime: process\ntracker: git\n",
      "agent.sh": "printf '\\033[31mred words\\033[0m\\n'; echo x > one.txt\n",
    }),
  );
  expect((await made.crew(["up", "--wait"])).code).toBe(0);
  const { code, stdout } = await made.crew(["logs", "dev"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^red words$/m);
  expect(stdout).not.toContain("\u001b");
});

test("four ups at once see it through together", async () => {
  const made = opened(aStory());
  const ended = await Promise.all([1, 2, 3, 4].map(() => made.crew(["up", "--wait"])));
  expect(ended.map(({ code, stderr }) => (code === 0 ? 0 : stderr))).toEqual([0, 0, 0, 0]);
  expect((await made.crew(["land"])).code).toBe(0);
  expect(outcomeOf(made).merged).toEqual(["Write first.txt 1", "Write second.txt 1"]);
});

test("a killed driver is succeeded by whoever looks on; a landing that is in the way ends the looking with its reason", async () => {
  const made = opened(aStory());
  expect((await made.crew(["up", "-d"])).code).toBe(0);
  const status = JSON.parse((await made.crew(["status", "--format", "json"])).stdout) as { driver: { pid: number } };
  const looking = made.crew(["up", "--wait"]);
  process.kill(status.driver.pid, "SIGKILL");
  const looked = await looking;
  expect(looked.code, looked.stderr).toBe(0);
  expect((await made.crew(["up", "-d"])).code).toBe(0);
  made.write("first.txt", "in the way\n");
  const refused = await made.crew(["land"]);
  expect(refused.code, refused.stderr).toBe(5);
  expect(refused.stderr).toContain("first.txt");
  made.git("clean", "-fdq");
  const landed = await made.crew(["land"]);
  expect(landed.code, landed.stderr).toBe(0);
});

test("up on the finished project moves no ref and says so", async () => {
  const made = opened(aStory());
  expect((await made.crew(["up", "--wait"])).code).toBe(0);
  expect((await made.crew(["land"])).code).toBe(0);
  const before = made.git("for-each-ref", "--format=%(refname) %(objectname)");
  for (const args of [
    ["up", "--wait"],
    ["up", "-d"],
  ]) {
    const { code, stderr } = await made.crew(args);
    expect(code).toBe(0);
    expect(stderr).toContain("Nothing to do");
  }
  const after = made.git("for-each-ref", "--format=%(refname) %(objectname)");
  expect(after).toBe(before);
});
