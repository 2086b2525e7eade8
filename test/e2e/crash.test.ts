// Every operation kind is crashed before and after its effect, by SIGKILL of the real program, those of the main story at one of the
// two: kills.test.ts has them at both. The same commands again lead to the same end. A kind of the operation union that no story crashes fails the run.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect } from "vitest";
import { pointsOf, type Story, tellCrashes } from "./crash/told.ts";
import { endOf } from "./end.ts";
import { operationKinds } from "./kinds.ts";
import { beadsOf } from "./outcome.ts";
import { aForge } from "./remote.ts";
import { aStory, endingAgent, endlessAgent, listeningAgent, patientAgent, storyFile } from "./story.ts";

const main: Story = {
  name: "from nothing to the archived epic",
  // The deck of kills.test.ts has each of them at both.
  atOnePoint: true,
  kinds: [
    "bead.create",
    "bead.link",
    "bead.claim",
    "bead.comment",
    "bead.mark",
    "bead.close",
    "project.record",
    "round.record",
    "start.pin",
    "tip.create",
    "tip.move",
    "branch.show",
    "branch.delete",
    "volume.create",
    "volume.remove",
    "instance.create",
    "instance.start",
    "instance.stop",
    "instance.remove",
    "order.issue",
    "order.deliver",
    "report.import",
    "mail.ack",
    "gate.start",
    "gate.collect",
    "gate.remove",
    "base.land",
    "rescue.import",
    "project.archive",
    "project.delete",
  ],
  tell: async (_bench, crew) => {
    await crew("up", "--wait");
    await crew("land");
    await crew("down");
  },
};

const baseMoves: Story = {
  name: "base moves before the first order",
  kinds: ["tip.follow"],
  // Red on the base: nothing is handed out until a person mends it there.
  files: { "gate.sh": "exit 1\n" },
  tell: async (bench, crew) => {
    expect((await bench.crew(["up", "--wait"])).code).toBe(5);
    bench.write("gate.sh", "test ! -e second.txt || test -e first.txt\n");
    bench.commit("Mend the gate");
    await crew("up", "--wait");
    await crew("land");
    await crew("down");
  },
};

const takenBack: Story = {
  name: "a person closes the bead in hand",
  kinds: ["order.withdraw"],
  files: { "agent.sh": endlessAgent, "gate.sh": "exit 0\n" },
  tell: async (bench, crew) => {
    const driven = crew("up", "--wait");
    await bench.until("crew/*/roles/writer/home/busy");
    const first = beadsOf(bench).find((bead) => bead.title === "Write first.txt");
    expect((await bench.crew(["bead", "close", first?.id ?? "", "-r", "not needed"])).code).toBe(0);
    await driven;
    await crew("land");
    await crew("down");
  },
};

const told: Story = {
  name: "a person tells a role at work something, at once",
  kinds: ["mail.tell"],
  files: { "agent.sh": listeningAgent, "gate.sh": "exit 0\n" },
  tell: async (bench, crew) => {
    const driven = crew("up", "--wait");
    await bench.until("crew/*/roles/writer/home/busy");
    const said = await bench.crew(["tell", "writer", "--now", "Begin."]);
    expect([said.code, said.stderr]).toEqual([0, expect.stringContaining("is cut short, and begins again")]);
    await driven;
    const [prompts = ""] = bench.find("crew/*/roles/writer/home/prompts");
    expect(readFileSync(prompts, "utf8").match(/^A person says:\nBegin\.$/gm)).toHaveLength(1);
    await crew("land");
    await crew("down");
  },
};

const paused: Story = {
  name: "a person pauses a role at work",
  kinds: ["instance.pause", "instance.resume"],
  files: { "agent.sh": patientAgent, "gate.sh": "exit 0\n" },
  tell: async (bench, crew) => {
    expect((await bench.crew(["up", "-d"])).code).toBe(0);
    await bench.until("crew/*/roles/writer/home/busy");
    // Nobody drives: the commands do it themselves.
    bench.killDriver();
    await crew("pause", "writer");
    await crew("unpause", "writer");
    const [home] = bench.find("crew/*/roles/writer/home");
    bench.touch(`${home}/go`);
    await crew("up", "--wait");
    await crew("land");
    await crew("down");
  },
};

const quarantined: Story = {
  name: "a role that keeps ending is quarantined",
  kinds: ["hold.record"],
  files: { "agent.sh": endingAgent, "gate.sh": "exit 0\n" },
  tell: async (bench, crew) => {
    await crew.to(5, "up", "--wait");
    const [home] = bench.find("crew/*/roles/writer/home");
    bench.touch(`${home}/mended`);
    await crew("start", "writer");
    await crew("up", "--wait");
    await crew("land");
    await crew("down");
  },
};

const undone: Story = {
  name: "merged work is taken out, and done anew",
  kinds: ["bead.reopen"],
  files: { "crew.yaml": `${storyFile.trimStart()}close: on-merge\n` },
  tell: async (bench, crew) => {
    await crew("up", "--wait");
    const first = beadsOf(bench).find((bead) => bead.title === "Write first.txt");
    await crew("undo", first?.id ?? "", "--with-dependents");
    await crew("up", "--wait");
    await crew("land");
    await crew("down");
  },
};

const pushed: Story = {
  name: "with a remote that all of it is pushed to",
  kinds: ["remote.push"],
  files: { "crew.yaml": `${storyFile.trimStart()}push: true\n` },
  tell: async (bench, crew) => {
    const remote = join(bench.repository, "../remote.git");
    bench.git("init", "-q", "--bare", remote);
    bench.git("config", "remote.origin.url", remote);
    await crew("up", "--wait");
    await crew("land");
    await crew("down");
  },
};

const proposed: Story = {
  name: "landed by a pull request that is merged on the remote",
  kinds: ["remote.fetch", "remote.propose"],
  files: { "crew.yaml": `${storyFile.trimStart()}land: pr\n` },
  tell: async (bench, crew) => {
    const remote = join(bench.repository, "../remote.git");
    bench.git("init", "-q", "--bare", "-b", "main", remote);
    bench.git("config", "remote.origin.url", remote);
    bench.git("push", "-q", remote, "main");
    Object.assign(bench.environment, aForge({ bench }, "gh").env);
    await crew("up", "--wait");
    await crew("land");
    execFileSync("git", ["-C", remote, "update-ref", "refs/heads/main", "refs/heads/epic/story"]);
    await crew("land");
    await crew("down");
    bench.git("pull", "-q", "--ff-only", remote, "main");
  },
};

const stories = [main, baseMoves, takenBack, told, paused, quarantined, undone, pushed, proposed];
const crashed = new Set<string>();

describe.each(stories)("$name", (story) => {
  tellCrashes(story, { begin: aStory, endOf: async (bench) => endOf(bench) }, crashed);
});

afterAll(() => {
  // Processes have no images.
  const kinds = operationKinds().filter((kind) => !/^(image|setup|service)\./.test(kind));
  const own = new Set<string>(main.kinds);
  const others = kinds.filter((kind) => !own.has(kind));
  const missing = [...pointsOf(main), ...pointsOf({ kinds: others })]
    .map(({ point, kind }) => `${point} ${kind}`)
    .filter((each) => !crashed.has(each));
  expect(missing, "operation kinds that were never crashed").toEqual([]);
});
