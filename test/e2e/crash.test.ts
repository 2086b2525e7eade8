// Every operation kind is crashed once before and once after its effect, by SIGKILL of the real program. The same commands
// again lead to the same end. A kind of the operation union that no story crashes fails the run.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { OperationKind } from "../../src/model/plan.ts";
import type { Bench } from "./bench.ts";
import { endOf } from "./end.ts";
import { operationKinds } from "./kinds.ts";
import { beadsOf, type Outcome } from "./outcome.ts";
import { aForge } from "./remote.ts";
import { aStory, endingAgent, endlessAgent, patientAgent, storyFile } from "./story.ts";

interface Story {
  readonly name: string;
  readonly kinds: readonly OperationKind[];
  readonly files?: Readonly<Record<string, string>>;
  /** Tells the story; `crew` runs a command, and once more without the crash if it was killed by it. */
  readonly tell: (bench: Bench, crew: Crew) => Promise<void>;
}

interface Crew {
  /** Ends with 0. */
  (...args: readonly string[]): Promise<void>;
  /** Ends with the code. */
  to(code: number, ...args: readonly string[]): Promise<void>;
}

const main: Story = {
  name: "from nothing to the archived epic",
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

const stories = [main, baseMoves, takenBack, paused, quarantined, undone, pushed, proposed];
const crashed = new Set<string>();

describe.each(stories)("$name", (story) => {
  let whole: Outcome | undefined;

  test("without a crash", async () => {
    const bench = aStory(story.files);
    try {
      await story.tell(
        bench,
        crewOf(async (wanted, args) => {
          const { code, stderr } = await bench.crew(args);
          expect(code, stderr).toBe(wanted);
        }),
      );
      whole = endOf(bench);
    } finally {
      bench.remove();
    }
  });

  test.concurrent.each(
    story.kinds.flatMap((kind) => [
      { point: "before", kind },
      { point: "after", kind },
    ]),
  )("killed $point $kind", async ({ point, kind }) => {
    const bench = aStory(story.files);
    try {
      let isCrashed = false;
      const run = async (wanted: number, args: readonly string[]) => {
        const first = isCrashed ? undefined : await bench.crew(args, { env: { CREW_CRASH: `${point}:${kind}` } });
        if (first && first.signal === null) return expect(first.code, first.stderr).toBe(wanted);
        if (first) {
          expect(first.signal).toBe("SIGKILL");
          isCrashed = true;
          crashed.add(`${point} ${kind}`);
        }
        const { code, stderr } = await bench.crew(args);
        expect(code, stderr).toBe(wanted);
      };
      await story.tell(bench, crewOf(run));
      expect(isCrashed, `${kind} never happened`).toBe(true);
      expect(endOf(bench)).toEqual(whole);
    } finally {
      bench.remove();
    }
  });
});

function crewOf(run: (wanted: number, args: readonly string[]) => Promise<void>): Crew {
  const crew = (...args: readonly string[]) => run(0, args);
  return Object.assign(crew, { to: (code: number, ...args: readonly string[]) => run(code, args) });
}

afterAll(() => {
  const kinds = operationKinds();
  const missing = kinds
    .flatMap((kind) => ["before", "after"].map((point) => `${point} ${kind}`))
    .filter((each) => !crashed.has(each));
  expect(missing, "operation kinds that were never crashed").toEqual([]);
});
