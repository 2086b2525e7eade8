// crew exec on a Docker engine, by the real program: a person's command in the role's container, as hardened as the agent.
import { expect, test } from "vitest";
import { aBench, type Bench } from "./bench.ts";
import { typed } from "./typing.ts";

const crewFile = (name: string) => `name: ${name}
epic: {title: Exec, base: main}
runtime: docker
tracker: git
tasks: {one: "Write one.txt"}
defaults: {image: "crew-test-base:bookworm"}
roles: {dev: {environment: {COLOR: "light blue"}, agent: {command: sleep 600}}}
`;

/** Up as a project of its own; taken down whatever happens. */
async function withCrew(files: Readonly<Record<string, string>>, use: (made: Bench) => Promise<void>): Promise<void> {
  const name = `crewexec${process.pid}`;
  const made = aBench({ "crew.yaml": crewFile(name), ...files });
  try {
    const up = await made.crew(["up", "-d"]);
    expect(up.code, up.stderr).toBe(0);
    await use(made);
  } finally {
    await made.crew(["down", "-v"]);
    made.remove();
  }
}

test("a command runs as hardened as the agent, its bytes, signals and exit code its own", async () => {
  await withCrew({}, async (made) => {
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
    const [row] = JSON.parse((await made.crew(["stats", "--no-stream", "--format", "json"])).stdout);
    expect(row).toMatchObject({ name: "dev", memoryLimitBytes: 4 * 1024 ** 3, cpuPercent: expect.any(Number) });
    expect([row.memoryBytes > 100_000, row.pids > 1, row.network.receivedBytes >= 0]).toEqual([true, true, true]);
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
