// crew attach on a terminal of its own: the turn stops, a person types into the session, and the turn goes on.
import { execFileSync } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "vitest";
import type { Bench } from "./bench.ts";
import { terminals } from "./tmux.ts";
import { typed } from "./typing.ts";

export const crewFile = (name: string, more: string) => `name: ${name}
epic: {title: Attach, base: main}
tracker: git
tasks: {one: "Write one.txt"}
${more}
roles: {dev: {branch: feature/attach-dev, agent: {command: sh agent.sh, interactive: sh interactive.sh}}}
`;

/** Endless until a person has been there. */
export const files = {
  "agent.sh": `echo begun >>../home/begun
if [ ! -e person.txt ]; then while :; do sleep 1; done; fi
cat >prompt.txt; echo done >done.txt
`,
  "interactive.sh": "stty size; pwd | grep -o 'work$'; echo ready; read -r line; echo $line >person.txt\n",
};

/** Says what it hears, and how large it is where it is asked. */
export const conversation = `echo ready
while read -r line; do if [ "$line" = size ]; then stty size; else echo "heard $line"; fi; done
`;

/** In terminals of their own: one at the wheel, one that looks, a new size, a killed crew, and the keys that hand back. */
export async function isWatchedResizedAndKilled(made: Bench): Promise<void> {
  const status = async () => JSON.parse((await made.crew(["status", "--format", "json"])).stdout).roles[0];
  const comesTo = async (phase: string) => {
    while ((await status()).phase !== phase);
  };
  const { open, close } = terminals(made);
  try {
    await comesTo("working");
    const order = (await status()).order;
    const nobody = await made.crew(["attach", "--no-stdin", "dev"]);
    expect(nobody).toMatchObject({
      code: 1,
      stderr: "! Nobody of yours on this machine is attached to dev.\n  crew logs -f dev\n",
    });
    const wheel = open(["attach", "dev"], { columns: 160, rows: 50 });
    await wheel.shows("ready");
    wheel.press("size", "Enter");
    await wheel.shows("50 160");
    const watcher = open(["attach", "--no-stdin", "dev"], { columns: 160, rows: 50 });
    await watcher.shows("50 160");
    watcher.press("typed by who looks", "Enter");
    wheel.resize({ columns: 100, rows: 30 });
    for (let n = 0; n < 50 && !wheel.screen().includes("30 100"); n += 1) {
      wheel.press("size", "Enter");
      await delay(200);
    }
    await watcher.shows("30 100");
    wheel.press("a line", "Enter");
    await watcher.shows("heard a line");
    expect(wheel.screen()).not.toContain("typed by who looks");
    expect((await made.crew(["status"])).stdout).toMatch(/ dev .* attached .*, by a person /);

    process.kill(wheel.pid, "SIGKILL");
    await comesTo("working");
    expect((await status()).order).toEqual(order);
    while (!watcher.isOver()) await delay(100);

    const again = open(["attach", "--detach-keys", "ctrl-a,d", "dev"], { columns: 160, rows: 50 });
    await again.shows("ready");
    again.press("C-a", "d");
    await again.shows("dev goes on by itself.");
    await comesTo("working");
  } finally {
    close();
  }
}

export async function typesALineAndHandsBack(made: Bench): Promise<void> {
  const phase = async () => JSON.parse((await made.crew(["status", "--format", "json"])).stdout).roles[0].phase;
  while ((await phase()) !== "working");
  const size = { rows: 50, columns: 160 };
  const detached = await typed(made, { args: ["attach", "dev"], keys: [{ when: "^ready", type: "\\020\\021" }], size });
  expect(detached.stdout).toContain("50 160\nwork\nready\n");
  expect(detached.stdout).toContain("dev goes on by itself.\ncode 0\nmodes icanon echo\n");
  while ((await phase()) !== "working");
  const keys = [{ when: "^ready", type: "by hand\\r" }];
  const handedBack = await typed(made, { args: ["attach", "dev"], keys, size });
  expect(handedBack.stdout).toContain("dev goes on by itself.\ncode 0\nmodes icanon echo\n");
  expect((await made.crew(["up", "--wait", "--wait-timeout", "60"])).code).toBe(0);
  const show = (path: string) =>
    execFileSync("git", ["-C", made.repository, "show", `feature/attach-dev:${path}`], { encoding: "utf8" });
  expect(show("person.txt")).toBe("by hand\n");
  expect(show("prompt.txt")).toContain("A person was at your session");
  const refs = execFileSync("git", ["-C", made.repository, "for-each-ref", "--format=%(refname)"], {
    encoding: "utf8",
  });
  expect(refs.split("\n").filter((ref) => /\/(order|done)\//.test(ref))).toHaveLength(2);
}
