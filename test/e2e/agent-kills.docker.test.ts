// kill -9 in the middle of a turn of the real programs, each in a container of its own: of the program, the supervisor, the
// container, crew, and of crew and the container at once. Each is drawn from its number: by default the first five;
// CREW_AGENT_KILLS=7 tells that one again, CREW_AGENT_KILLS=1-40 meets each program with each victim twice.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import type { ModelRequest } from "../agents/stub-model/server.ts";
import { expectWhole, keys } from "./agent-kills.ts";
import {
  type AgentName,
  containerRoleLines,
  isInstalled,
  modelAddress,
  modelService,
  opencodeFile,
  programMounts,
  usual,
} from "./agents.ts";
import { aBench, type Ended, type Started } from "./bench.ts";
import { type DockerBench, docker, onEngine } from "./docker.ts";
import { randomFrom } from "./kills/draw.ts";

const victims = ["program", "supervisor", "container", "crew", "crew and container"] as const;
type Victim = (typeof victims)[number];

interface Kill {
  readonly agent: AgentName;
  readonly victim: Victim;
  /** After the moment that its work began, or its program. */
  readonly delayMs: number;
  readonly since: "work" | "program";
}

/** Any twenty in a row meet each program with each victim. */
function drawKill(n: number): Kill {
  const random = randomFrom(n);
  const since = n % 3 === 0 ? "program" : "work";
  return {
    agent: usual[n % usual.length] ?? "claude",
    victim: victims[n % victims.length] ?? "program",
    delayMs: Math.round(random() * 2_000),
    since,
  };
}

/** A slow program on a busy machine. */
const limitMs = 300_000;

const [first = 1, last = first] = (process.env.CREW_AGENT_KILLS ?? "1-5").split("-").map(Number);

let bench: DockerBench | undefined;
afterEach(() => bench?.remove());

describe.skipIf(!isInstalled)("kill -9 in the middle of a turn in a container", () => {
  for (let n = first; n <= last; n += 1) {
    const { agent, victim, since, delayMs } = drawKill(n);
    test(
      `${n}: ${agent}: the ${victim}, ${delayMs} ms after its ${since} began`,
      async () => {
        bench = onEngine(aBench({ "opencode.json": opencodeFile(modelAddress) }));
        await tell(bench, drawKill(n));
      },
      limitMs,
    );
  }
});

async function tell(made: DockerBench, { agent, victim, since, delayMs }: Kill): Promise<void> {
  const told = join(dirname(made.repository), "told");
  mkdirSync(told);
  made.write("crew.yaml", crewFile(made, agent, told));
  made.commit("Say who works");
  const up = () => made.start(["up", "--wait"], { env: keys, limitMs: limitMs - 60_000 });
  const inRole = (script: string) => docker("exec", `${made.project}-ada`, "sh", "-c", script);
  const comesTo = async (script: string, crew: Started) => {
    let over: Ended | undefined;
    void crew.ended.then((ended) => {
      over = ended;
    });
    for (let tries = 0; ; tries += 1) {
      try {
        return inRole(script);
      } catch (error) {
        if (over || tries === 600) throw new Error(`${script} never was so:\n${over?.stderr}`, { cause: error });
        await delay(200);
      }
    }
  };
  const crew = up();
  await comesTo(since === "work" ? "test -e /crew/home/begun" : "test -s /crew/state/session", crew);
  await delay(delayMs);
  // What is asked from now on is answered with the work itself.
  const goesOn = () => writeFileSync(join(told, "go"), "");
  const isCrews = victim === "crew" || victim === "crew and container";
  if (isCrews) {
    process.kill(-crew.pid, "SIGKILL");
    await crew.ended;
  }
  if (victim === "program") inRole("kill -9 $(cat /crew/state/session)");
  if (victim === "supervisor") killFirst(() => inRole("kill -9 $(cut -d ' ' -f 1 /crew/pid)"));
  if (victim === "container" || victim === "crew and container") docker("kill", `${made.project}-ada`);
  goesOn();
  // Nobody interrupted it: its work goes on, and is over by itself.
  if (victim === "crew") inRole("touch /crew/home/go");
  const ended = await (isCrews ? up() : crew).ended;
  expect(ended.code, ended.stderr).toBe(0);
  const requests = readFileSync(join(told, "requests"), "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as ModelRequest);
  expectWhole({
    bench: made,
    project: made.project,
    requests,
    isInterrupted: victim !== "crew",
    hasSession: since === "work",
  });
}

/** The container ends with its supervisor, and whoever said so in it may be ended first. */
function killFirst(kill: () => void): void {
  try {
    kill();
  } catch (error) {
    if ((error as { readonly status?: number }).status !== 137) throw error;
  }
}

function crewFile(made: DockerBench, agent: AgentName, told: string): string {
  return `name: alone
epic: {title: "[ALONE] A file", branch: epic/alone, base: main}
tasks: {first: {title: "Write first.txt"}}
defaults:
  image: crew-test-base:bookworm
  services: [model]
  volumes: ${JSON.stringify(programMounts)}
  # Qwen Code asks for the name of whoever runs it.
  user: nobody
roles:
${containerRoleLines("ada", agent)}gates: {there: {run: test -e first.txt || test ! -e done, services: []}}
services:
${modelService(made, told)}review: none
tracker: git
`;
}
