// What comes back to a role or to a person: red gates, failing checks, used-up attempts, people's commits, a base that moved.
// The real program on real git; agents are scripts that do what their prompt asks.
import { readFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { aBench, type Bench } from "./bench.ts";
import { beadsOf, evidenceOn } from "./outcome.ts";

const open: Bench[] = [];
afterEach(() => {
  for (const bench of open.splice(0)) bench.remove();
});

function bench(files: Readonly<Record<string, string>>): Bench {
  const made = aBench(files);
  open.push(made);
  return made;
}

const refs = "refs/crew/p/answers";

function crewFile(more: string): string {
  return `name: answers\nepic: {title: Answers, base: main}\nruntime: process\ntracker: git\n${more}`;
}

/** Every order of a bead as `<round>.<attempt> <kind>`. */
function ordersOf(from: Bench, bead: string): readonly string[] {
  const listed = from.git("for-each-ref", "--format=%(refname) %(contents)%00", `${refs}/order/${bead}/`);
  return listed
    .split("\0")
    .filter((text) => text.trim() !== "")
    .map((text) => `${text.trim().split(" ")[0]?.split("/").at(-1)} ${/^Kind: (.*)$/m.exec(text)?.[1]}`);
}

test("a red gate goes back with its output, and the mended work merges", async () => {
  const made = bench({
    "crew.yaml": crewFile(
      `tasks: {sum: "Add sum.txt"}\nroles: {dev: {agent: {command: sh agent.sh}}}\ngates: {sum: sh gate.sh}\n`,
    ),
    // The gate's own words tell the agent what to write.
    "agent.sh":
      'prompt=$(cat); case $prompt in *"sum.txt must say 42"*) echo 42 > sum.txt ;; *) echo 41 > sum.txt ;; esac\n',
    "gate.sh": 'test ! -e sum.txt || grep -qx 42 sum.txt || { echo "sum.txt must say 42"; exit 1; }\n',
  });
  const { code, stderr } = await made.crew(["up", "--wait"]);
  expect(code, stderr).toBe(0);
  const [bead] = beadsOf(made).filter(({ title }) => title === "Add sum.txt");
  expect(ordersOf(made, bead?.id ?? "")).toEqual(["1.1 bead", "1.2 mend"]);
  expect(stderr).toMatch(/gate sum is red with \S+; sent back to dev \(2 of 3\)/);
  expect((await made.crew(["land"])).code).toBe(0);
  expect(made.git("show", "main:sum.txt")).toBe("42");
});

test("attempts are used up: the bead is blocked, the role goes on, and a retry with a hint ends it", async () => {
  const made = bench({
    "crew.yaml": crewFile(
      `tasks: {hard: {title: "Write hard.txt", priority: 0}, easy: "Write easy.txt"}\n` +
        `roles: {dev: {agent: {command: sh agent.sh, max_attempts: 2}, check: sh check.sh}}\n`,
    ),
    "agent.sh":
      'prompt=$(cat); case $prompt in *easy.txt*) echo x > easy.txt ;; *"use the right word"*) echo right > hard.txt ;; *) echo wrong > hard.txt ;; esac\n',
    "check.sh": 'test ! -e hard.txt || grep -qx right hard.txt || { echo "hard.txt is wrong"; exit 1; }\n',
  });
  const first = await made.crew(["up", "--wait"]);
  const beads = beadsOf(made);
  const hard = beads.find(({ title }) => title === "Write hard.txt")?.id ?? "";
  const easy = beads.find(({ title }) => title === "Write easy.txt")?.id ?? "";
  expect(first.code).toBe(5);
  expect(first.stderr).toContain(`${hard} is blocked, its attempts are used up`);
  expect(first.stderr).toContain(`crew retry ${hard} -m`);
  expect(ordersOf(made, hard)).toEqual(["1.1 bead", "1.2 failed"]);
  expect([...evidenceOn(made, `${refs}/tip/epic`).keys()]).toEqual([`${easy} 1`]);
  const early = await made.crew(["land"]);
  expect(early.code).toBe(5);
  expect(early.stderr).toContain("Cannot land yet");
  expect((await made.crew(["retry", hard, "-m", "use the right word"])).code).toBe(0);
  expect((await made.crew(["up", "--wait"])).code).toBe(0);
  expect((await made.crew(["land"])).code).toBe(0);
  expect(made.git("show", "main:hard.txt")).toBe("right");
});

test("two roles change one line: whoever comes second gets both sides, and markers left behind are refused", async () => {
  const made = bench({
    "crew.yaml": crewFile(
      `tasks: {a: {title: "Add a", role: one}, b: {title: "Add b", role: two}}\n` +
        `defaults: {agent: {command: sh agent.sh}}\nroles: {one: {}, two: {}}\n`,
    ),
    "list.txt": "start\n",
    // At first it commits what it finds, markers and all; told of them, it keeps the words of both sides.
    "agent.sh":
      'prompt=$(cat); word=$(printf "%s\\n" "$prompt" | sed -n "s/^Bead: .*Add //p" | head -n 1)\n' +
      'if [ -n "$(git ls-files -u)" ]; then\n' +
      '  case $prompt in *refused*"conflict marker is left in list.txt"*) sed -i "/^<<<<<<</d;/^=======/d;/^>>>>>>>/d;/^|||||||/d" list.txt; sort -o list.txt list.txt ;; esac\n' +
      "  git add list.txt; git commit -qm Resolve\n" +
      'else echo "start $word" > list.txt; fi\n',
  });
  const { code, stderr } = await made.crew(["up", "--wait"]);
  expect(code, stderr).toBe(0);
  const kinds = beadsOf(made).flatMap(({ id }) => (id.includes(".") ? [ordersOf(made, id)] : []));
  expect(kinds.map((each) => each.length).sort()).toEqual([1, 3]);
  expect(kinds.find((each) => each.length === 3)).toEqual(["1.1 bead", "1.2 conflict", "1.3 refused"]);
  expect((await made.crew(["land"])).code).toBe(0);
  expect(made.git("show", "main:list.txt")).toBe("start a\nstart b");
});

test("people's commits on the epic's and a role's branch are gated and merged; a base that moved is merged on landing", async () => {
  const made = bench({
    "crew.yaml": crewFile(
      `tasks: {one: "Write one.txt"}\nroles: {dev: {agent: {command: 'echo x > one.txt'}}}\ngates: ["true"]\n`,
    ),
  });
  expect((await made.crew(["up", "--wait"])).code).toBe(0);
  const commitOn = (branch: string, file: string) => {
    made.git("switch", "-q", branch);
    made.write(file, "by a person\n");
    made.commit(`Write ${file}`);
    made.git("switch", "-q", "main");
  };
  commitOn("epic/answers", "on-epic.txt");
  commitOn("feature/answers-dev", "on-role.txt");
  made.write("on-base.txt", "meanwhile\n");
  const moved = made.commit("Base moves");
  expect((await made.crew(["land"])).code).toBe(5);
  const again = await made.crew(["up", "--wait"]);
  expect(again.code, again.stderr).toBe(0);
  const landed = await made.crew(["land"]);
  expect(landed.code, landed.stderr).toBe(0);
  expect(made.git("ls-tree", "--name-only", "main").split("\n")).toEqual(
    expect.arrayContaining(["on-base.txt", "on-epic.txt", "on-role.txt", "one.txt"]),
  );
  expect(made.git("rev-parse", "main^1")).toBe(moved);
  expect(made.git("status", "--porcelain")).toBe("");
  expect(
    made.git("log", "--format=%(trailers:key=Crew-Person,valueonly)", "main").split("\n").filter(Boolean),
  ).toHaveLength(2);
});

test("local changes in the way of the landing: nothing is touched, and the message says what to do", async () => {
  const made = bench({
    "crew.yaml": crewFile(
      `tasks: {one: "Write README.md"}\nroles: {dev: {agent: {command: 'echo landed > README.md'}}}\n`,
    ),
    "README.md": "before\n",
  });
  expect((await made.crew(["up", "--wait"])).code).toBe(0);
  made.write("README.md", "mine\n");
  const refused = await made.crew(["land"]);
  expect(refused.code).toBe(5);
  expect(refused.stderr).toContain("README.md has local changes");
  expect(made.git("diff", "--name-only")).toBe("README.md");
  made.git("checkout", "-q", "README.md");
  const landed = await made.crew(["land"]);
  expect(landed.code, landed.stderr).toBe(0);
  expect(made.git("show", "main:README.md")).toBe("landed");
});

test("a person who reopens a closed bead begins a new round", async () => {
  const made = bench({
    "crew.yaml": crewFile(
      `tasks: {one: "Write one.txt"}\nroles: {dev: {agent: {command: 'date +%s%N >> one.txt'}}}\nreview: none\n`,
    ),
  });
  const first = await made.crew(["up", "--wait"]);
  expect(first.code, first.stderr).toBe(0);
  const [bead] = beadsOf(made).filter(({ title }) => title === "Write one.txt");
  const id = bead?.id ?? "";
  expect(beadsOf(made).every(({ status }) => status === "closed")).toBe(true);
  const epic = id.replace(/\.1$/, "");
  expect((await made.crew(["bead", "reopen", epic])).code).toBe(0);
  expect((await made.crew(["bead", "reopen", id])).code).toBe(0);
  const second = await made.crew(["up", "--wait"]);
  expect(second.code, second.stderr).toBe(0);
  expect([...evidenceOn(made, "main").keys()].sort()).toEqual([`${id} 1`, `${id} 2`]);
  expect(beadsOf(made).every(({ status }) => status === "closed")).toBe(true);
});

test("a bead closed by a person frees nothing that never landed: down keeps branches, refs and folders", async () => {
  const made = bench({
    "crew.yaml": crewFile(
      `tasks: {one: "Write one.txt"}\nroles: {dev: {agent: {command: 'echo x > one.txt', max_attempts: 1}, check: "false"}}\n`,
    ),
  });
  expect((await made.crew(["up", "--wait"])).code).toBe(5);
  const [epic, bead] = beadsOf(made).map(({ id }) => id);
  expect((await made.crew(["bead", "close", bead ?? ""])).code).toBe(0);
  expect((await made.crew(["bead", "close", epic ?? ""])).code).toBe(0);
  const before = made.git("for-each-ref", "--format=%(refname)", "refs/heads", `${refs}/`);
  const down = await made.crew(["down"]);
  expect(down.code, down.stderr).toBe(0);
  expect(down.stderr).not.toContain("archived");
  const after = made.git("for-each-ref", "--format=%(refname)", "refs/heads", `${refs}/`).split("\n");
  expect(before.split("\n").filter((ref) => !after.includes(ref))).toEqual([]);
  expect((await made.crew(["up", "--wait"])).stderr).not.toContain("Landed and closed");
});

test("blocked work that another role merges into its own waits for a person", async () => {
  const made = bench({
    "crew.yaml": crewFile(
      `tasks: {a: {title: "Write a.txt", role: a, priority: 0}, b: {title: "Write b.txt", role: b}}\nmax_parallel: 1\n` +
        `roles: {a: {agent: {command: 'echo bad > a.txt', max_attempts: 1}, check: "false"}, b: {agent: {command: sh b.sh}}}\n`,
    ),
    // Finds the other role's branch in the repository that its clone borrows from.
    "b.sh":
      'objects=$(head -n 1 .git/objects/info/alternates)\ngit fetch -q "${objects%/objects}" feature/answers-a && git merge -q FETCH_HEAD\necho b > b.txt\n',
  });
  const { code, stderr } = await made.crew(["up", "--wait"]);
  expect(code, stderr).toBe(5);
  const [, a, b] = beadsOf(made).map(({ id }) => id);
  expect(stderr).toContain(`${b} waits for approval: it contains ${a}.1.1, a report that is not merged`);
  expect([...evidenceOn(made, `${refs}/tip/epic`).keys()]).toEqual([]);
  expect((await made.crew(["approve", b ?? ""])).code).toBe(0);
  await made.crew(["up", "--wait"]);
  expect([...evidenceOn(made, `${refs}/tip/epic`).keys()]).toEqual([`${b} 1`]);
});

test("an agent's question is not merged: a person answers it, and the work goes on in the same order of things", async () => {
  const made = bench({
    "crew.yaml": crewFile(`tasks: {one: "Write one.txt"}\nroles: {dev: {agent: {command: sh agent.sh}}}\n`),
    "agent.sh":
      'prompt=$(cat); case $prompt in *"make it blue"*) echo blue > one.txt ;; ' +
      '*) echo half > one.txt; bd update "$CREW_BEAD" --status blocked --notes "Which colour?" ;; esac\n',
  });
  const asked = await made.crew(["up", "--wait"]);
  expect(asked.code, asked.stderr).toBe(5);
  expect(asked.stderr).toContain("needs you: Which colour?");
  const id = beadsOf(made).find(({ title }) => title === "Write one.txt")?.id ?? "";
  expect(asked.stderr).toContain(`crew tell ${id} "…"`);
  const answered = await made.crew(["tell", "dev", "-"], { input: "make it blue\n" });
  expect([answered.code, answered.stderr]).toEqual([
    0,
    `dev goes on with ${id} and your answer, in the same session. Nobody is driving: crew up\n`,
  ]);
  expect((await made.crew(["up", "--wait"])).code).toBe(0);
  expect((await made.crew(["land"])).code).toBe(0);
  expect(made.git("show", "main:one.txt")).toBe("blue");
});

test("what a person tells a role without an order is part of its next one, once", async () => {
  const made = bench({
    "crew.yaml": crewFile(
      `tasks: {one: "Write one.txt", two: {title: "Write two.txt", blocked_by: [one]}}\n` +
        `roles: {dev: {agent: {command: sh agent.sh}}}\n`,
    ),
    "agent.sh": 'cat >>"$HOME/prompts"; echo x > "$CREW_BEAD.txt"\n',
    "words.txt": "Write it\nin blue.\n",
  });
  expect((await made.crew(["up", "--no-start", "-d"])).code).toBe(0);
  const told = await made.crew(["tell", "dev", "--now", "-F", "words.txt"]);
  expect([told.code, told.stderr]).toEqual([
    0,
    "dev has no order in hand: it is told with its next one. Nobody is driving: crew up\n",
  ]);
  expect((await made.crew(["plan"])).stdout).toContain("told what a person said");
  expect((await made.crew(["up", "--wait"])).code).toBe(0);
  const [prompts = ""] = made.find("crew/*/roles/dev/home/prompts");
  const heard = readFileSync(prompts, "utf8").split(
    "## What you are told besides\n```\nA person says: Write it\nin blue.\n```",
  );
  expect(heard).toHaveLength(2);
  const wrong = async (...args: readonly string[]) => (await made.crew(["tell", ...args])).stderr;
  expect(await wrong("dve", "x")).toContain("Did you mean dev?");
  expect(await wrong("dev")).toContain("as words, - for standard input, or -F FILE");
  expect(await wrong("dev", " ")).toContain("There are no words to tell.");
});
