// crew exec on a Docker engine, by the real program: a person's command in the role's container, as hardened as the agent.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { aBench, type Bench } from "./bench.ts";
import { typed } from "./typing.ts";

const crewFile = (name: string) => `name: ${name}
epic: {title: Exec, base: main}
runtime: docker
tracker: git
tasks: {one: "Write one.txt"}
defaults: {image: "crew-test-base:bookworm"}
roles: {dev: {environment: {COLOR: "light blue"}, agent: {command: touch busy; sleep 600}}}
`;

/** Up as a project of its own; taken down whatever happens. */
async function withCrew(files: Readonly<Record<string, string>>, use: (made: Bench) => Promise<void>): Promise<void> {
  const name = `crewexec${process.pid}`;
  const made = aBench({ "crew.yaml": crewFile(name), ...files });
  try {
    const up = await made.crew(["up", "-d"]);
    expect(up.code, up.stderr).toBe(0);
    while ((await made.crew(["exec", "dev", "test", "-e", "busy"])).code !== 0);
    await use(made);
  } finally {
    const down = await made.crew(["down", "-v"]);
    made.remove();
    expect(down.code, down.stderr).toBe(0);
  }
}

test("the role's bd shows its beads and takes its words, and the place that its program asks for a person's is there", async () => {
  await withCrew({}, async (made) => {
    const bead = (await made.crew(["exec", "dev", "bd", "list"])).stdout.split(" ")[0] ?? "";
    expect(bead).toMatch(/^\S+\.1$/);
    const noted = await made.crew(["exec", "dev", "bd", "comment", bead, "Seen."]);
    expect([noted.code, noted.stderr]).toEqual([0, ""]);
    const place = "echo Hi >../state/said/x; echo {} | crew-tell; ls ../state/heard";
    const asked = `cat ../state/notes; mkdir -p ../state/said ../state/heard; ${place}`;
    const hook = { hookEventName: "PostToolUse", additionalContext: "A person says:\nHi" };
    expect((await made.crew(["exec", "dev", "sh", "-c", asked])).stdout).toBe(
      `note\t${bead}\tSeen.\n${JSON.stringify({ hookSpecificOutput: hook })}\nx\n`,
    );
  });
});

test("a command runs as hardened as the agent, its bytes, signals and exit code its own", async () => {
  await withCrew({ "box/note": "note\n" }, async (made) => {
    const said = 'pwd; echo "$COLOR $CREW_ROLE $EXTRA"; id -u; command -v bd; printf "\\033[1m\\377" >&2; exit 7';
    const ran = await made.crew(["exec", "-e", "EXTRA=more", "dev", "sh", "-c", said]);
    expect(ran).toMatchObject({
      code: 7,
      stdout: expect.stringMatching(/^\/crew\/work\nlight blue dev more\n1000\n\/opt\/crew\/\S+\/bd\n$/),
      stderr: "\u001b[1m\ufffd",
    });
    const under = ["sh", "-c", 'head -c 3000000 /dev/zero | tr "\\0" x | "$0" "$@"'];
    expect((await made.crew(["exec", "dev", "cat"], { under })).stdout).toBe("x".repeat(3_000_000));
    // Another user is not another right.
    const powers = "id -u; grep -E '^(CapEff|CapBnd|NoNewPrivs)' /proc/self/status";
    expect((await made.crew(["exec", "-u", "0", "-w", "/", "dev", "sh", "-c", powers])).stdout).toBe(
      `0\nCapEff:\t${"0".repeat(16)}\nCapBnd:\t${"0".repeat(16)}\nNoNewPrivs:\t1\n`,
    );
    const failures = [
      ["dev", "no-such"],
      ["dev", "/etc/passwd"],
      ["-w", "none", "dev", "ls"],
    ];
    const ends = [];
    for (const args of failures) ends.push(await made.crew(["exec", ...args]));
    expect(ends.map(({ code, stdout, stderr }) => [code, stdout, stderr])).toEqual([
      [127, "", "! dev: no-such: there is no such command\n"],
      [126, "", "! dev: /etc/passwd: it cannot be run\n"],
      [126, "", "! dev has no such folder to run ls in\n"],
    ]);
    const own = await made.crew(["exec", "dev", "sh", "-c", "echo OCI runtime exec failed: no; exit 126"]);
    expect([own.code, own.stdout]).toEqual([126, "OCI runtime exec failed: no\n"]);
    const trap = "trap 'exit 4' TERM; touch guest; while :; do sleep 0.05; done";
    const guest = made.start(["exec", "dev", "sh", "-c", trap]);
    while ((await made.crew(["exec", "dev", "test", "-e", "guest"])).code !== 0);
    process.kill(guest.pid, "SIGTERM");
    expect((await guest.ended).code).toBe(4);
    const { usage } = JSON.parse((await made.crew(["stats", "--no-stream", "--format", "json"])).stdout);
    const [row] = usage;
    expect(row).toMatchObject({ name: "dev", memoryLimitBytes: 4 * 1024 ** 3, cpuPercent: expect.any(Number) });
    expect([row.memoryBytes > 100_000, row.pids > 1, row.network.receivedBytes >= 0]).toEqual([true, true, true]);
    // What is copied in is the agent's own; out of a stopped one too.
    expect((await made.crew(["cp", "box/note", "dev:in/note"])).stderr).toContain("There is no folder dev:in");
    expect((await made.crew(["cp", "box", "dev:in"])).code).toBe(0);
    const change = "stat -c %u in/note && echo more >> in/note && ln -s /etc/passwd in/link";
    expect((await made.crew(["exec", "dev", "sh", "-c", change])).stdout).toBe("1000\n");
    expect((await made.crew(["stop"])).code).toBe(0);
    const out = await made.crew(["cp", "dev:in", "out"]);
    expect([out.code, out.stderr]).toEqual([1, expect.stringContaining("in/link: it is a link that leads out")]);
    expect(readFileSync(join(made.repository, "out/note"), "utf8")).toMatch(/more\n$/);
    const followed = await made.crew(["cp", "-L", "dev:in/link", "users"]);
    expect([followed.code, readFileSync(join(made.repository, "users"), "utf8")]).toEqual([
      0,
      expect.stringMatching(/^root:/),
    ]);
    expect((await made.crew(["start"])).code).toBe(0);
    expect((await made.crew(["pause"])).code).toBe(0);
    expect((await made.crew(["exec", "dev", "true"])).stderr).toBe("! dev is paused.\n  crew unpause dev\n");
  });
});

test("a command has a terminal of the person's size, gets every key, and the terminal is given back", async () => {
  const guest = `trap 'echo interrupted' INT
test -t 0 && test -t 1 && while [ "$(stty size)" != "33 111" ]; do sleep 0.05; done
echo ready; while ! read -r line; do :; done
echo "read $line"; exit 9
`;
  await withCrew({ "guest.sh": guest }, async (made) => {
    const keys = [
      { when: "^ready", type: "\\003" },
      { when: "interrupted", type: "words\\r" },
    ];
    const args = ["exec", "dev", "sh", "guest.sh"];
    const { stdout } = await typed(made, { args, keys, size: { rows: 33, columns: 111 } });
    expect(stdout).toBe("ready\n^Cinterrupted\nwords\nread words\ncode 9\nmodes icanon echo\n");
  });
});
