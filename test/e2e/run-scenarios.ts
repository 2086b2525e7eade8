// What crew run does on every runtime, told by the real program.
import { expect, test } from "vitest";
import type { Bench } from "./bench.ts";

/** Waits until a person has made the file in its home, then writes. */
const agent = `echo busy
while [ ! -e "$HOME/go" ]; do sleep 0.05; done
echo one > one.txt
`;

const crewFile = `name: run
epic: {title: Run, base: main}
runtime: process
tracker: git
tasks: {one: "Write one.txt"}
defaults:
  agent: {command: sh agent.sh}
roles: {dev: {environment: {COLOR: "light blue"}}}
`;

interface Row {
  readonly name: string;
  readonly state: string;
}

/** `leftOf`: names of everything that is there of the project's. */
export function runScenarios(
  open: (files: Readonly<Record<string, string>>) => Bench,
  leftOf: (made: Bench) => Promise<readonly string[]>,
): void {
  const begin = () => open({ "crew.yaml": crewFile, "agent.sh": agent });
  const rows = async (made: Bench) => {
    const { stdout } = await made.crew(["ps", "--format", "json"]);
    return (JSON.parse(stdout) as readonly Row[]).map(({ name, state }) => `${name} ${state}`);
  };
  const atWork = async () => {
    const made = begin();
    const up = await made.crew(["up", "-d"]);
    expect(up.code, up.stderr).toBe(0);
    while (!(await made.crew(["logs", "dev"])).stdout.includes("busy")) await pause();
    return made;
  };

  test("a command runs in a clone of its own with the role's environment; exit code and bytes are its own; nothing is left", async () => {
    const made = await atWork();
    const script =
      'echo "$COLOR $CREW_ROLE $BRANCH $EXTRA"; git symbolic-ref --short HEAD; ls; echo x > left.txt; exit 7';
    const ran = await made.crew(["run", "--rm", "-e", "EXTRA=more", "dev", "sh", "-c", script]);
    expect(ran).toMatchObject({
      code: 7,
      stdout: "light blue dev feature/run-dev more\nfeature/run-dev\nagent.sh\ncrew.yaml\n",
      stderr: "",
    });
    expect(await rows(made)).toEqual(["dev running"]);
    expect((await made.crew(["exec", "dev", "ls"])).stdout).toBe("agent.sh\ncrew.yaml\n");
    expect((await made.crew(["run", "-w", ".git", "dev", "sh", "-c", "pwd"])).stdout).toMatch(/work\/\.git\n$/);
    expect((await made.crew(["exec", "dev", "sh", "-c", 'touch "$HOME/go"'])).code).toBe(0);
    expect((await made.crew(["up", "--wait"])).code).toBe(0);
    // Of what was merged meanwhile it shows the role's.
    expect((await made.crew(["run", "dev", "cat", "one.txt"])).stdout).toBe("one\n");
    expect((await made.crew(["down", "-v"])).code).toBe(0);
    expect(made.git("for-each-ref", "refs/crew/p/run/rescue/dev.run-*")).toBe("");
  });

  test("beside no driver and no project it runs all the same", async () => {
    const made = begin();
    expect((await made.crew(["run", "dev", "cat", "agent.sh"])).stdout).toBe(agent);
    expect(made.git("for-each-ref", "refs/crew/p/")).toBe("");
  });

  test("killed in the middle it leaves an instance that no driver touches, and down removes whole", async () => {
    const made = await atWork();
    const running = made.start(["run", "dev", "sh", "-c", "echo begun >&2; exec sleep 60 >/dev/null 2>&1"]);
    await running.says("begun");
    process.kill(running.pid, "SIGKILL");
    await running.ended;
    expect(await rows(made)).toEqual(["dev running", expect.stringMatching(/^dev\.run-[0-9a-f]{6} running$/)]);
    expect((await made.crew(["plan"])).stdout).toMatch(/dev\.run-[0-9a-f]{6} +.*of crew run; crew down removes it/);
    expect((await made.crew(["up", "-d", "--remove-orphans"])).code).toBe(0);
    expect(await rows(made)).toHaveLength(2);
    const down = await made.crew(["down"]);
    expect(down.code, down.stderr).toBe(0);
    expect(await rows(made)).toEqual([]);
    expect(made.survivors()).toEqual([]);
    expect((await leftOf(made)).filter((name) => name.includes(".run-"))).toEqual([]);
    expect(await leftOf(made)).not.toEqual([]);
  });

  test("a signal is the command's, and what was made goes after it", async () => {
    const made = await atWork();
    const running = made.start([
      "run",
      "dev",
      "sh",
      "-c",
      "trap 'echo bye; exit 3' TERM; echo begun >&2; while :; do sleep 0.1; done",
    ]);
    await running.says("begun");
    process.kill(running.pid, "SIGTERM");
    expect(await running.ended).toMatchObject({ code: 3, stdout: "bye\n" });
    expect(await rows(made)).toEqual(["dev running"]);
  });
}

const pause = async () => await new Promise((resolve) => setTimeout(resolve, 100));
