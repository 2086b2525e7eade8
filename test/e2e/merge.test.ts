// Merging without handing out: `crew merge` takes in what was reported while nobody drove, and gives nothing new.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { aStory } from "./story.ts";

test("what is reported merges, its dependent is not given out; the dry run says in which order first", async () => {
  const bench = aStory({
    "agent.sh": `
touch "$HOME/busy"
while [ ! -e "$HOME/go" ]; do sleep 0.05; done
file=$(sed -n 's/^Bead: .*Write //p' | head -n 1)
echo x > "$file"; git add -- "$file"; git commit -qm "Write $file"
touch "$HOME/did"
`.trimStart(),
  });
  try {
    expect((await bench.crew(["merge"])).stderr).toBe("! This project has not been brought up yet\n  crew up\n");
    expect((await bench.crew(["up", "-d"])).code).toBe(0);
    const busy = await bench.until("crew/*/roles/writer/home/busy");
    bench.killDriver();
    bench.touch(busy.replace(/busy$/, "go"));
    await bench.until("crew/*/roles/writer/outbox/*");
    expect((await bench.crew(["merge", "--dry-run"])).stdout).toBe("Nothing waits to be merged.\n");
    const merged = await bench.crew(["merge"]);
    expect(merged.stderr).toMatch(/✓ merged story-\S+\.1 into writer \(files green\)/);
    expect(bench.find("crew/*/roles/reader/home/busy")).toEqual([]);
    expect(merged.stderr).not.toContain("gave");
    expect(bench.git("ls-tree", "--name-only", "epic/story")).toContain("first.txt");
    const opened = await bench.crew(["open", "writer"], { env: { VISUAL: "vi" } });
    const [, command = ""] = opened.stdout.split("\n");
    expect([opened.code, command]).toEqual([
      0,
      "  git worktree add --detach ../repo-writer feature/two-files-writer && vi ../repo-writer",
    ]);
    bench.git(...(command.trim().split(" && ")[0]?.split(" ").slice(1) ?? []));
    expect(existsSync(join(bench.repository, "../repo-writer/first.txt"))).toBe(true);
    expect((await bench.crew(["open", "nobody"])).code).toBe(1);
    const drawn = await bench.crew(["graph"]);
    expect([drawn.code, drawn.stdout]).toEqual([
      0,
      [
        "main",
        "└─ epic  epic/story  1/2 beads",
        "   └─ writer  feature/two-files-writer  1/1 beads",
        "      └─ reader  feature/two-files-reader  0/1 beads",
        "",
      ].join("\n"),
    ]);
  } finally {
    bench.remove();
  }
});
