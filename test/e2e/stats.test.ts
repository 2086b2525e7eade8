// crew stats by the real program on the process runtime.
import { expect, test } from "vitest";
import { aBench } from "./bench.ts";

interface Row {
  readonly name: string;
  readonly cpuPercent: number;
  readonly memoryBytes: number;
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
    const [busy, idle] = JSON.parse(once.stdout) as readonly Row[];
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
      .map((line) => JSON.parse(line) as readonly Row[]);
    expect(lines.map((rows) => rows.map(({ name }) => name))).toEqual([
      ["busy", "idle"],
      ["busy", "idle"],
    ]);
    expect((await made.crew(["stop", "busy"])).code).toBe(0);
    expect((await made.crew(["stats", "--no-stream", "--format", "json", "busy"])).stdout).toBe("[]\n");
  } finally {
    made.remove();
  }
});
