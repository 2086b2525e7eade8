// crew exec on the process runtime, by the real program: a person's command beside the agent.
import { readFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { aBench, type Bench } from "./bench.ts";

const open: Bench[] = [];
afterEach(() => {
  for (const bench of open.splice(0)) bench.remove();
});

const crewFile = `name: exec
epic: {title: Exec, base: main}
runtime: process
tracker: git
tasks: {one: "Write one.txt"}
roles: {dev: {environment: {COLOR: "light blue"}, agent: {command: sh agent.sh}}}
`;
/** Waits until a person has made the file in its home, then writes. */
const agent = `touch "$HOME/busy"
while [ ! -e "$HOME/go" ]; do sleep 0.05; done
echo one > one.txt
`;

async function atWork(): Promise<Bench> {
  const made = aBench({ "crew.yaml": crewFile, "agent.sh": agent });
  open.push(made);
  expect((await made.crew(["up", "-d"])).code).toBe(0);
  await made.until("crew/*/roles/dev/home/busy");
  return made;
}

test("a command runs in the work tree with the agent's environment; bytes and exit code are its own", async () => {
  const made = await atWork();
  const work = made.find("crew/*/roles/dev/work")[0]?.replace(/^\/+/, "/");
  const said = 'pwd; echo "$COLOR $CREW_ROLE $BRANCH $EXTRA"; command -v bd; printf "\\033[1m\\377" >&2; exit 7';
  const ran = await made.crew(["exec", "-e", "EXTRA=more", "-e", "NO_COLOR", "dev", "sh", "-c", said]);
  expect(ran).toMatchObject({
    code: 7,
    stdout: `${work}\nlight blue dev feature/exec-dev more\n${work?.replace(/work$/, "bin/bd")}\n`,
    stderr: "\u001b[1m\ufffd",
  });
  const under = ["sh", "-c", 'printf "a\\0b" | "$0" "$@"'];
  expect((await made.crew(["exec", "dev", "od", "-An", "-c"], { under })).stdout).toBe("   a  \\0   b\n");
  expect((await made.crew(["exec", "-w", ".git", "dev", "pwd"])).stdout).toBe(`${work}/.git\n`);
  expect((await made.crew(["exec", "dev", "sh", "-c", "kill -9 $$"])).code).toBe(137);
});

test("what cannot be run says why, and what to type", async () => {
  const made = await atWork();
  const said = async (...args: readonly string[]) => {
    const { code, stderr } = await made.crew(["exec", ...args]);
    return [code, stderr];
  };
  expect(await said("dev", "no-such")).toEqual([127, "! dev: no-such: there is no such command\n"]);
  expect(await said("dev", "/etc/passwd")).toEqual([126, "! dev: /etc/passwd: EACCES\n"]);
  expect(await said("nobody", "true")).toEqual([1, "! There is no role nobody in crew.yaml\n  Roles: dev\n"]);
  expect(await said("-u", "root", "dev", "true")).toEqual([
    1,
    "! runtime: process runs everything as you.\n  Leave out --user\n",
  ]);
  expect((await made.crew(["pause"])).code).toBe(0);
  expect(await said("dev", "true")).toEqual([1, "! dev is paused.\n  crew unpause dev\n"]);
  expect((await made.crew(["unpause"])).code).toBe(0);
  expect((await made.crew(["stop"])).code).toBe(0);
  expect(await said("dev", "true")).toEqual([1, "! dev is not running.\n  crew start dev\n"]);
});

test("a person's command outlives the agent's turn, and ends with the instance, before its work is kept", async () => {
  const made = await atWork();
  const last = 'trap "echo last > last.txt; exit 3" TERM; touch "$HOME/guest"; while :; do sleep 0.05; done';
  const guest = made.start(["exec", "dev", "sh", "-c", last]);
  expect((await made.crew(["exec", "-d", "dev", "sh", "-c", 'touch "$HOME/detached"; exec sleep 300'])).code).toBe(0);
  const detached = await made.until("crew/*/roles/dev/home/detached");
  await made.until("crew/*/roles/dev/home/guest");
  made.touch(detached.replace(/detached$/, "go"));
  expect((await made.crew(["up", "--wait"])).stderr).toContain("Next: crew land");
  expect((await made.crew(["exec", "dev", "true"])).code).toBe(0);
  expect((await made.crew(["stop"])).code).toBe(0);
  expect((await guest.ended).code).toBe(3);
  const work = detached.replace(/home\/detached$/, "work");
  expect(readFileSync(`${work}/last.txt`, "utf8")).toBe("last\n");
  expect((await made.crew(["down"])).code).toBe(0);
  expect(made.survivors()).toEqual([]);
  const rescue = made.git("for-each-ref", "--format=%(refname)", "refs/crew/p/exec/rescue/").split("\n").at(-1) ?? "";
  expect(made.git("show", `${rescue}:last.txt`)).toBe("last");
});

test("a signal that ends crew is passed on to the command", async () => {
  const made = await atWork();
  const trap = 'trap "exit 4" TERM; touch "$HOME/guest"; while :; do sleep 0.05; done';
  const guest = made.start(["exec", "dev", "sh", "-c", trap]);
  await made.until("crew/*/roles/dev/home/guest");
  process.kill(guest.pid, "SIGTERM");
  expect((await guest.ended).code).toBe(4);
});
