// What every preset promises, on the real program against a model server of our own: work, resumption, faults, an end.
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { interactiveLine, presetLine } from "../../src/agents/preset-line.ts";
import { presetNamed } from "../../src/agents/presets/index.ts";
import { readerOf } from "../../src/agents/reading/index.ts";
import { Screen } from "./screen.ts";
import { type ErrorName, fail, makes, run, say, usage } from "./stub-model/scenario.ts";
import { StubModel } from "./stub-model/server.ts";
import { workScenarios } from "./work-scenarios.ts";

/** Whether the machine has a terminal to show them on. */
const hasScreen = !(process.env.CREW_TEST_WITHOUT ?? "").split(",").includes("tmux");

/** Where `scripts/test-agents.sh` installed them. */
export const programs =
  process.env.CREW_TEST_AGENTS ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "crew-ci", "agents");

export interface ProgramUnderTest {
  readonly name: string;
  readonly model?: string;
  /** Variable that the credential is given in. */
  readonly credential: string;
  /** So that it asks the server at this address. */
  readonly environment: (address: string) => Readonly<Record<string, string>>;
  /** Those that it gives up on within half a minute, with the class that they end in. */
  readonly faults: Readonly<Partial<Record<ErrorName, string>>>;
  /** What is on its screen when it takes a line. */
  readonly ready: string;
  /** False where its model is offered none, and answers with files. */
  readonly hasTools?: boolean;
  /** Of a request, as it tells them: new, cached and out. */
  readonly counts?: readonly [number, number, number];
  /** It tells the tokens of the whole session, not of the turn. */
  readonly tellsTotal: boolean;
  /** What it says that a request of the model costs, where it says so. */
  readonly usd?: number;
  /** Of an answer whose tool is under way, what it has told nobody yet. */
  readonly untold?: readonly [number, number, number];
}

export const usualCounts = [usage.input - usage.cached, usage.cached, usage.output] as const;

const key = "sk-crew-test-0123456789abcdef";

export function programScenarios(program: ProgramUnderTest): void {
  const preset = presetNamed(program.name);
  if (!preset) throw new Error(`no preset ${program.name}`);
  const { hasTools = true, counts = usualCounts } = program;
  const agent = { maxAttempts: 1, turnTimeoutMs: 1, ...(program.model !== undefined && { model: program.model }) };
  const line = presetLine(preset, agent);
  let stub: StubModel;
  let folder: string;
  let child: ChildProcess | undefined;
  let screen: Screen | undefined;
  const git = (...args: readonly string[]) =>
    execFileSync("git", ["-C", join(folder, "work"), ...args], { encoding: "utf8" }).trim();

  const environmentIn = (session: string) => ({
    PATH: `${join(programs, program.name, "node_modules/.bin")}:${process.env.PATH}`,
    HOME: join(folder, "home"),
    TERM: "dumb",
    TMPDIR: folder,
    [program.credential]: key,
    CREW_SESSION: session,
    ...program.environment(stub.address),
  });

  const show = (session: string) => {
    const argv = ["sh", "-c", interactiveLine(preset, agent)];
    screen = new Screen({ argv, cwd: join(folder, "work"), environment: environmentIn(session) });
    return screen;
  };

  const start = (prompt: string, session: string) => {
    child = spawn("sh", ["-c", line], { cwd: join(folder, "work"), env: environmentIn(session), detached: true });
    child.stdin?.on("error", () => undefined).end(prompt);
    return child;
  };

  /** A turn to its end: all that it said, and what the preset's reader makes of it. */
  const turn = async (prompt: string, session = "") => {
    const started = start(prompt, session);
    let said = "";
    for (const stream of [started.stdout, started.stderr]) stream?.on("data", (data: Buffer) => (said += data));
    const exitCode = await new Promise<number>((resolve) => started.once("close", (code) => resolve(code ?? 128)));
    const args = ["-v", `rc=${exitCode}`, "-f", join(folder, "reader.awk")];
    const { stdout } = spawnSync("awk", args, { input: said, encoding: "utf8" });
    const told = new Map(stdout.split("\n").map((each) => [each.replace(/ .*/, ""), each.replace(/^\S* ?/, "")]));
    return { said, told };
  };

  const tokens = (requests: number) => counts.map((each) => each * requests).join(" ");

  /** Committed, where it can do that. */
  const expectMade = (...files: readonly string[]) => {
    expect(git("ls-files", "--cached", "--others", "--exclude-standard").split("\n")).toEqual(files);
    if (hasTools) expect(git("log", "--reverse", "--format=%s").split("\n")).toEqual(files);
  };

  workScenarios({
    ...program,
    ...{ preset, hasTools, counts },
    bin: join(programs, program.name, "node_modules/.bin"),
    key: { variable: program.credential, value: key },
  });

  describe(program.name, { timeout: 120_000 }, () => {
    beforeEach(async () => {
      stub = await new StubModel({ hasTools }).listen();
      folder = mkdtempSync(join(tmpdir(), "crew agent "));
      for (const name of ["home", "work"]) mkdirSync(join(folder, name));
      writeFileSync(join(folder, "reader.awk"), readerOf(preset));
      git("init", "-q", "-b", "main");
      for (const name of ["name", "email"]) git("config", `user.${name}`, "dev@crew.invalid");
    });
    afterEach(async () => {
      screen?.close();
      end(child);
      await stub.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    });

    test("does the work, goes on in its session, and tells what it used", async () => {
      const answers = makes("one.txt", "It is done.", hasTools);
      stub.script(...answers);
      const long = "words ".repeat(24_000);
      const prompt = `-- a prompt as long as this is no argument\n${long}\n-- its end`;
      const first = await turn(prompt);
      expect(first.told.get("end")).toBe("ok");
      expectMade("one.txt");
      const asked = stub.requests.filter(({ isAside }) => !isAside);
      expect(asked.map(({ body }) => body.includes(long) && body.includes("-- its end"))).toEqual(
        answers.map(() => true),
      );
      expect(first.told.get("tokens")).toBe(tokens(answers.length));

      const session = first.told.get("session") ?? "";
      stub.requests.length = 0;
      stub.script(...makes("two.txt", "That, too.", hasTools));
      const second = await turn("- and a second word", session);
      expect(second.told.get("end")).toBe("ok");
      expect(second.told.get("session")).toBe(session);
      expectMade("one.txt", "two.txt");
      const last = stub.requests.filter(({ isAside }) => !isAside).at(-1)?.body ?? "";
      expect(["-- its end", "It is done.", "- and a second word"].filter((words) => !last.includes(words))).toEqual([]);
      expect(second.told.has("total")).toBe(program.tellsTotal);

      const sent = new Set(stub.requests.flatMap(({ credentials }) => credentials));
      expect([...sent].map((each) => each.replace("Bearer ", ""))).toEqual([key]);
      expect(`${first.said}${second.said}`).not.toContain(key);
    });

    test("says that a session is not there", async () => {
      const unknown = program.name === "opencode" ? "ses_00000000000000000000000000" : crypto.randomUUID();
      const { told } = await turn("Go on.", unknown);
      expect([told.get("end"), told.get("class")]).toEqual(["failed", "session"]);
      expect(stub.requests).toEqual([]);
    });

    if (hasScreen) {
      test("on a terminal it comes up without a question, and takes a line", async () => {
        stub.script(say("Heard: heron."));
        const shown = show("");
        await shown.until("ready", (text) => text.includes(program.ready));
        await tells(shown, "And what of the heron");
        await shown.until("answered", (text) => text.includes("Heard: heron."));
      });

      test("on a terminal it goes on in the session of a turn, and the next turn in what was said there", async () => {
        stub.script(say("I know the cormorant."));
        const { told } = await turn("Remember the word cormorant.");
        const session = told.get("session") ?? "";
        stub.script(say("And the heron."));
        const shown = show(session);
        await shown.until("in its session", (text) => text.includes("I know the cormorant."));
        await tells(shown, "And what of the heron");
        await shown.until("answered", (text) => text.includes("And the heron."));
        expect(stub.requests.filter(({ isAside }) => !isAside).at(-1)?.body).toContain("cormorant");
        await isKept("And the heron.");
        shown.close();
        stub.script(say("Both."));
        const last = await turn("Which are they?", session);
        expect([last.told.get("end"), last.told.get("session")]).toEqual(["ok", session]);
        // Some programs ask more than this of a model afterwards.
        const asked = stub.requests.filter(({ body }) => body.includes("Which are they?"));
        expect(asked.some(({ body }) => body.includes("And the heron."))).toBe(true);
      });
    }

    test.each(Object.entries(program.faults))("%s ends as %s", async (fault, expected) => {
      stub.script(fail(fault as ErrorName, 1));
      const { said, told } = await turn("Do it.");
      expect([told.get("end"), told.get("class")]).toEqual(["failed", expected]);
      expect(said).not.toContain(key);
    });

    test("goes on after a stream that was cut", async () => {
      stub.script({ kind: "cut" }, ...makes("one.txt", "Done.", hasTools));
      expect((await turn("Do it.")).told.get("end")).toBe("ok");
      expectMade("one.txt");
    });

    test("killed in the middle, goes on in its session", async () => {
      stub.script(hasTools ? run("touch begun; sleep 600") : { kind: "hang" });
      const isAtWork = () => (hasTools ? existsSync(join(folder, "work/begun")) : stub.requests.length > 0);
      const started = start("Remember the word cormorant.", "");
      let said = "";
      started.stdout?.on("data", (data: Buffer) => (said += data));
      await eventually(isAtWork);
      const isOver = once(started, "close");
      end(started);
      await isOver;
      const { stdout } = spawnSync("awk", ["-f", join(folder, "reader.awk")], { input: said, encoding: "utf8" });
      const session = /^session (\S+)/m.exec(stdout)?.[1] ?? "";
      expect([session === "", /^end /m.test(stdout)]).toEqual([false, false]);
      stub.script(say("Cormorant."));
      const { told } = await turn("Go on.", session);
      expect([told.get("end"), told.get("session")]).toEqual(["ok", session]);
      expect(stub.requests.filter(({ isAside }) => !isAside).at(-1)?.body).toContain("cormorant");
    });
  });

  /** What is on the screen may not be in its session yet: a file of its home, which some programs write in their own form. */
  async function isKept(words: string): Promise<void> {
    const args = ["-rqaF", "--", words, join(folder, "home")];
    for (let n = 0; n < 50 && spawnSync("grep", args).status !== 0; n += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Types the line until it is heard: what is typed while it starts may be lost. */
  async function tells(person: Screen, line: string): Promise<void> {
    const isHeard = () => stub.requests.some(({ isAside, body }) => !isAside && body.includes(line));
    for (let tries = 0; tries < 20 && !isHeard(); tries += 1) {
      await person.type(line);
      for (let n = 0; n < 20 && !isHeard(); n += 1) await new Promise((resolve) => setTimeout(resolve, 100));
    }
    if (!isHeard()) throw new Error(`never took the line:\n${person.text()}`);
  }

  /** Its commands leave its group: whatever carries this folder's HOME is of this test. */
  function end(process_: ChildProcess | undefined): void {
    if (process_?.pid !== undefined) tell(-process_.pid);
    for (const pid of spawnSync("ls", ["/proc"], { encoding: "utf8" }).stdout.split("\n")) {
      if (/^\d+$/.test(pid) && environmentOf(pid).includes(`HOME=${join(folder, "home")}`)) tell(Number(pid));
    }
  }
}

function tell(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

function environmentOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1").split("\0");
  } catch {
    return [];
  }
}

async function eventually(probe: () => boolean): Promise<void> {
  for (const limit = Date.now() + 60_000; !probe(); ) {
    if (Date.now() > limit) throw new Error("not within a minute");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
