// What a person says to a crew under way: stop, start, pause, unpause, reject, assign; and what crew does by itself with a
// role that keeps ending. The real program on real git; agents are scripts.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { aBench, type Bench } from "./bench.ts";
import { beadsOf } from "./outcome.ts";

const open: Bench[] = [];
afterEach(() => {
  for (const bench of open.splice(0)) bench.remove();
});

function bench(files: Readonly<Record<string, string>>, more: string): Bench {
  const crewFile = `name: words\nepic: {title: Words, base: main}\nruntime: process\ntracker: git\n${more}`;
  const made = aBench({ "crew.yaml": crewFile, ...files });
  open.push(made);
  return made;
}

const oneRole = `tasks: {one: "Write one.txt"}\nroles: {dev: {agent: {command: sh agent.sh}}}\n`;
/** Waits until a person has made the file at the top of the state folder, then writes. */
const patientAgent = `touch "$HOME/busy"
while [ ! -e "$HOME/go" ]; do sleep 0.05; done
echo one > one.txt
`;

function idOf(made: Bench, title: string): string {
  return beadsOf(made).find((bead) => bead.title === title)?.id ?? "";
}

async function phaseOf(made: Bench, role: string): Promise<string> {
  const { stdout } = await made.crew(["status", "--format", "json"]);
  const { roles } = JSON.parse(stdout) as { roles: { role: string; phase: string }[] };
  return roles.find((each) => each.role === role)?.phase ?? "";
}

/** State letters (proc(5)) of what runs in the bench's instances: all that carries their marker. */
function states(made: Bench): readonly string[] {
  return made.survivors().flatMap((pid) => {
    try {
      if (!readFileSync(`/proc/${pid}/environ`, "utf8").includes("CREW_INSTANCE=")) return [];
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      return [stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3)];
    } catch {
      return [];
    }
  });
}

test("a stopped role stays stopped until it is started; the order in hand goes on without costing an attempt", async () => {
  const made = bench({ "agent.sh": patientAgent }, oneRole);
  expect((await made.crew(["up", "-d"])).code).toBe(0);
  await made.until("crew/*/roles/dev/home/busy");
  // The file is half-edited just then: what was good last counts, as it does for the driver.
  const file = readFileSync(join(made.repository, "crew.yaml"), "utf8");
  made.write("crew.yaml", `${file}half:\n`);
  const stopped = await made.crew(["stop", "dev"]);
  expect([stopped.code, stopped.stderr.split("\n").at(-2)]).toEqual([0, "dev is stopped until crew start dev."]);
  const looked = await made.crew(["conflicts"]);
  expect(looked.code, looked.stderr).toBe(0);
  made.write("crew.yaml", file);
  expect(await phaseOf(made, "dev")).toBe("stopped");
  // The driver, another up and a look change nothing about it.
  const waited = await made.crew(["up", "--wait"]);
  expect(waited.code).toBe(5);
  expect(waited.stderr).toContain("dev is stopped: its work waits\n      crew start dev\n");
  expect(await phaseOf(made, "dev")).toBe("stopped");
  const [home] = made.find("crew/*/roles/dev/home");
  made.touch(`${home}/go`);
  expect((await made.crew(["start", "dev"])).code).toBe(0);
  const ended = await made.crew(["up", "--wait"]);
  expect(ended.code, ended.stderr).toBe(0);
  expect(made.git("for-each-ref", "--format=%(refname:lstrip=4)", "refs/crew/p/words/order/").split("\n")).toEqual([
    `order/${idOf(made, "Write one.txt")}/1.1`,
  ]);
  expect((await made.crew(["down"])).code).toBe(0);
});

test("where nobody drives, stop and start act by themselves; up ROLE starts a stopped one", async () => {
  const made = bench({ "agent.sh": patientAgent }, oneRole);
  expect((await made.crew(["up", "-d"])).code).toBe(0);
  await made.until("crew/*/roles/dev/home/busy");
  made.killDriver();
  expect((await made.crew(["stop"])).code).toBe(0);
  expect(await phaseOf(made, "dev")).toBe("stopped");
  // What holds it is lifted by its own word.
  for (const word of ["pause", "unpause"]) {
    const other = await made.crew([word, "dev"]);
    expect([other.code, other.stderr]).toEqual([0, expect.stringMatching(/^dev is stopped: crew start dev/)]);
  }
  expect(await phaseOf(made, "dev")).toBe("stopped");
  const started = await made.crew(["start"]);
  expect(started.stderr.split("\n").at(-2)).toBe("dev is let go. Nobody is driving: crew up");
  expect(await phaseOf(made, "dev")).toBe("working");
  expect((await made.crew(["stop", "dev"])).code).toBe(0);
  const [home] = made.find("crew/*/roles/dev/home");
  made.touch(`${home}/go`);
  const ended = await made.crew(["up", "--wait", "dev"]);
  expect(ended.code, ended.stderr).toBe(0);
});

test("a paused role's processes are frozen, its clock with them, and go on where they were", async () => {
  const made = bench(
    { "agent.sh": patientAgent },
    oneRole.replace("command: sh agent.sh", "command: sh agent.sh, turn_timeout: 60s"),
  );
  expect((await made.crew(["up", "-d"])).code).toBe(0);
  await made.until("crew/*/roles/dev/home/busy");
  const paused = await made.crew(["pause", "dev"]);
  expect(paused.code, paused.stderr).toBe(0);
  expect(new Set(states(made))).toEqual(new Set(["T"]));
  expect(await phaseOf(made, "dev")).toBe("paused");
  expect((await made.crew(["start", "dev"])).stderr).toContain("dev is paused: crew unpause dev");
  const [home] = made.find("crew/*/roles/dev/home");
  made.touch(`${home}/go`);
  expect((await made.crew(["up", "--wait"])).code).toBe(5);
  expect((await made.crew(["unpause", "dev"])).code).toBe(0);
  const ended = await made.crew(["up", "--wait"]);
  expect(ended.code, ended.stderr).toBe(0);
  // A role that is to be replaced is not half replaced by a word about holds where nobody drives.
  made.killDriver();
  const file = readFileSync(join(made.repository, "crew.yaml"), "utf8");
  made.write("crew.yaml", file.replace("dev: {", "dev: {environment: {COLOR: blue}, "));
  expect((await made.crew(["unpause"])).stderr).toContain("No role is paused.");
  expect(await phaseOf(made, "dev")).toBe("idle");
  made.write("crew.yaml", file);
  // Paused and taken down: nothing is left frozen behind.
  expect((await made.crew(["pause"])).code).toBe(0);
  expect((await made.crew(["down"])).code).toBe(0);
  expect(made.survivors()).toEqual([]);
});

test("a rejected report goes back with the person's words; an assigned bead goes to whom it was given", async () => {
  const made = bench(
    {
      "agent.sh": `case $(cat) in *"in capitals"*) echo ONE > one.txt ;; *) echo one > one.txt ;; esac
bd update "$CREW_BEAD" --status blocked --notes "is it right?" >/dev/null
[ "$(cat one.txt)" = one ] || rm -f "$HOME/../state/notes"
`,
    },
    `tasks: {one: "Write one.txt"}\nroles: {dev: {beads: {labels: [none]}, agent: {command: sh agent.sh}}, ops: {beads: {labels: [none]}, agent: {command: sh agent.sh, max_attempts: 1}}}\n`,
  );
  const first = await made.crew(["up", "--wait"]);
  const bead = idOf(made, "Write one.txt");
  expect(first.stderr).toContain(
    `no role takes ${bead} (Write one.txt)\n      crew assign ${bead} dev\n      crew assign ${bead} ops\n`,
  );
  expect((await made.crew(["assign", bead, "nobody"])).stderr).toContain("There is no role nobody");
  expect((await made.crew(["assign", bead, "ops"])).code).toBe(0);
  expect((await made.crew(["up", "--wait"])).code).toBe(5);
  const refused = await made.crew(["reject", bead, "-m", " "]);
  expect(refused.code).toBe(1);
  const rejected = await made.crew(["reject", bead, "-m", "Write it in capitals"]);
  expect([rejected.code, rejected.stderr]).toEqual([
    0,
    `${bead} is rejected; its attempts are used up: crew retry ${bead}. Nobody is driving: crew up\n`,
  ]);
  // Whoever has it next has attempts left.
  expect((await made.crew(["assign", bead, "dev"])).code).toBe(0);
  const answered = await made.crew(["reject", bead, "-m", "again"]);
  expect(answered.stderr).toContain(
    `${bead} has no report that waits to be merged: its last report is answered already`,
  );
  const ended = await made.crew(["up", "--wait"]);
  expect(ended.code, ended.stderr).toBe(0);
  expect(ended.stderr).toContain(`${bead}: rejected: Write it in capitals; sent back to dev`);
  expect((await made.crew(["reject", bead, "-m", "too late"])).stderr).toContain("it is merged already");
  expect((await made.crew(["land"])).code).toBe(0);
  expect(made.git("show", "main:one.txt")).toBe("ONE");
});

test("a role whose supervisor is ended from inside again and again is quarantined, and goes on when it is started", async () => {
  const made = bench(
    // Ends its supervisor, until a person has mended it.
    {
      "agent.sh": `[ -e "$HOME/mended" ] || { kill -9 "$(cut -d' ' -f1 "$HOME/../pid")"; sleep 60; }\necho one > one.txt\n`,
    },
    oneRole,
  );
  const first = await made.crew(["up", "--wait"]);
  expect(first.code, first.stderr).toBe(5);
  expect(first.stderr).toMatch(
    /dev is quarantined \(began 3 times in a row and finished no turn\): its work waits\n {6}crew start dev\n/,
  );
  expect(await phaseOf(made, "dev")).toBe("quarantined");
  const [home] = made.find("crew/*/roles/dev/home");
  made.touch(`${home}/mended`);
  expect((await made.crew(["start", "dev"])).code).toBe(0);
  const ended = await made.crew(["up", "--wait"]);
  expect(ended.code, ended.stderr).toBe(0);
  expect(made.git("for-each-ref", "refs/crew/p/words/order/").split("\n")).toHaveLength(1);
});
