// crew stats and crew top by the real program on the process runtime.
import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { aBench } from "./bench.ts";

interface Row {
  readonly name: string;
  readonly cpuPercent: number;
  readonly memoryBytes: number;
}

interface Stats {
  readonly usage: readonly Row[];
  readonly spent: {
    readonly project: { readonly turns: number };
    readonly roles: Readonly<Record<string, { readonly turns: number; readonly output: number; readonly usd: number }>>;
    readonly beads: Readonly<Record<string, { readonly turns: number }>>;
  };
}

test("a busy role is told from one that waits, once or again and again", async () => {
  const made = aBench({
    "crew.yaml": `name: stats\nepic: {title: Stats, base: main}\nruntime: process\ntracker: git
tasks: {one: {title: "Write one.txt", role: busy}}
roles: {busy: {agent: {command: 'touch "$$HOME/busy"; while :; do :; done'}}, idle: {agent: {command: "true"}}}\n`,
  });
  try {
    expect((await made.crew(["up", "-d"])).code).toBe(0);
    await made.until("crew/*/roles/busy/home/busy");
    const once = await made.crew(["stats", "--no-stream", "--format", "json"]);
    const { usage, spent } = JSON.parse(once.stdout) as Stats;
    const [busy, idle] = usage;
    expect([spent.project.turns, spent.roles, spent.beads]).toEqual([0, {}, {}]);
    expect([busy?.name, idle?.name]).toEqual(["busy", "idle"]);
    expect(busy?.cpuPercent).toBeGreaterThan(10);
    expect(busy?.cpuPercent).toBeLessThan(200);
    expect(idle?.cpuPercent).toBeLessThan(busy?.cpuPercent ?? 0);
    expect(busy?.memoryBytes).toBeGreaterThan(100_000);
    const text = await made.crew(["stats", "--no-stream", "busy"]);
    expect(text.stdout).toMatch(
      /^NAME +CPU % +MEMORY \/ LIMIT +MEM % +PIDS +NET IN \/ OUT +DISK IN \/ OUT\nbusy +\d+\.\d +\S+ \w+ /,
    );
    // A reader that has seen enough ends it.
    const under = ["sh", "-c", '"$0" "$@" | head -n 2'];
    const stream = await made.crew(["stats", "--format", "json"], { under });
    const lines = stream.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Stats);
    expect(lines.map(({ usage: rows }) => rows.map(({ name }) => name))).toEqual([
      ["busy", "idle"],
      ["busy", "idle"],
    ]);
    const top = await made.crew(["top", "busy"]);
    expect(top.stdout).toMatch(/^NAME +PID +PPID +USER +TIME +COMMAND\n(busy +\d+ +\d+ +\d+ +\d+:\d\d:\d\d +.+\n)+$/);
    expect(top.stdout).toMatch(/^busy .*\/state\/step$/m);
    const unknown = await made.crew(["top", "bussy"]);
    expect([unknown.code, unknown.stderr.split("\n")[1]]).toEqual([1, "  Did you mean busy? Roles: busy, idle"]);
    expect((await made.crew(["stop", "busy"])).code).toBe(0);
    expect((await made.crew(["top", "busy", "--format", "json"])).stdout).toBe("[]\n");
    const stopped = await made.crew(["stats", "--no-stream", "--format", "json", "busy"]);
    expect(JSON.parse(stopped.stdout)).toMatchObject({ usage: [] });
  } finally {
    made.remove();
  }
});

test("what agents have spent is told by role and by bead, also of those that run no more", async () => {
  const stream = readFileSync(new URL("../agents/samples/claude/success.jsonl", import.meta.url), "utf8");
  const made = aBench({
    "crew.yaml": `name: spent\nepic: {title: Spent, base: main}\nruntime: process\ntracker: git
tasks: {one: {title: Write one.txt, role: dev}, two: {title: Write two.txt, role: other}}
roles: {dev: {agent: claude}, other: {agent: {command: 'echo x > two.txt'}}}\n`,
    "stream.jsonl": stream,
    "bin/claude": "#!/bin/sh\ncat >/dev/null\necho x > one.txt\ncat stream.jsonl\n",
  });
  try {
    const bin = join(made.repository, "bin");
    chmodSync(join(bin, "claude"), 0o755);
    const env = { PATH: `${bin}:${made.environment.PATH}`, CLAUDE_CODE_OAUTH_TOKEN: "sk-ant-oat-crew-0123456789" };
    expect((await made.crew(["up", "--wait"], { env })).code).toBe(0);
    const stats = async (...args: string[]) => (await made.crew(["stats", "--no-stream", ...args], { env })).stdout;
    const { spent } = JSON.parse(await stats("--format", "json")) as Stats;
    expect(spent.project.turns).toBe(2);
    expect(spent.roles).toMatchObject({ dev: { turns: 1, output: 68, usd: 0.0145 }, other: { turns: 1, usd: 0 } });
    expect(Object.values(spent.beads).map(({ turns }) => turns)).toEqual([1, 1]);
    expect((await made.crew(["stop"])).code).toBe(0);
    const rows = (await stats()).split("\n").map((line) => line.replace(/spent-\w+/, "spent").split(/\s{2,}/));
    const time = expect.stringMatching(/^(-|\d+s)$/);
    const [dev, other] = [
      ["1", time, "2400", "1600", "68", "≈ $0.01"],
      ["1", time, "-", "-", "-", "-"],
    ];
    expect(rows.slice(2)).toEqual([
      ["ROLE", "TURNS", "TIME", "TOKENS IN", "CACHED", "OUT", "COST"],
      ["dev", ...dev],
      ["other", ...other],
      ["BEAD"],
      ["spent.1", ...dev],
      ["spent.2", ...other],
      ["project", "2", ...dev.slice(1)],
      [""],
    ]);
    expect(await stats("other")).not.toContain("dev");
  } finally {
    made.remove();
  }
});
