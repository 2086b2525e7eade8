// Who is measured on an engine: the built program and Docker Compose, each on a folder of its own with the same roles. Says how
// each command is typed; runs nothing by itself.
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type Running, run, start } from "./running.ts";

export interface Contest {
  /** What each makes for itself is below it. */
  readonly root: string;
  /** Where programs keep what they know from earlier. */
  readonly home: string;
  /** For DOCKER_HOST. */
  readonly host: string;
  readonly roles: number;
  readonly image: string;
}

export interface Contender {
  /** What everything of it on the engine is named with. */
  readonly project: string;
  /** The label that everything of it carries, with its value. */
  readonly label: string;
  /** Names of its roles' containers, as they are to be. */
  readonly containers: readonly string[];
  readonly up: () => Running;
  readonly ps: () => Running;
  readonly down: () => Running;
  /** One role is to have another environment from here on. */
  readonly change: (value: string) => void;
}

/** `program`: its main file, of another build than this one's. */
export async function crewContender(
  contest: Contest,
  program = join(process.cwd(), "dist", "main.js"),
): Promise<Contender> {
  const { root, home, host, roles, image } = contest;
  const repository = join(root, `crew-${roles}`);
  const project = `crewbench${process.pid}`;
  mkdirSync(repository, { recursive: true });
  const file = (changed: string) =>
    [
      `name: ${project}`,
      "epic: Bench",
      "tasks: {hold: {title: Hold}}",
      `defaults: {image: "${image}", agent: {command: "sleep 600"}}`,
      `roles: {${names(contest)
        .map((name) => `${name}: {environment: {CHANGED: "${name === "r0" ? changed : ""}"}, beads: {ids: [none]}}`)
        .join(", ")}}`,
      "runtime: docker",
      "tracker: git",
    ].join("\n");
  const change = (changed: string) => writeFileSync(join(repository, "crew.yaml"), `${file(changed)}\n`);
  change("");
  const git = (...args: readonly string[]) =>
    run(["git", "-c", "user.name=b", "-c", "user.email=b@b", ...args], { cwd: repository });
  await git("init", "-q", "-b", "main");
  await git("add", "-A");
  await git("commit", "-qm", "Bench");
  const environment = { XDG_STATE_HOME: join(root, "state"), HOME: home, DOCKER_HOST: host };
  const crew = (...args: readonly string[]) =>
    start([process.execPath, program, ...args], { cwd: repository, environment });
  return {
    project,
    label: `dev.crew.project=${project}`,
    containers: names(contest).map((name) => `${project}-${name}`),
    up: () => crew("up", "-d"),
    ps: () => crew("ps"),
    down: () => crew("down", "-v"),
    change,
  };
}

/** `program`: docker with its compose, or Compose's own. */
export function composeContender(contest: Contest, program: string): Contender {
  const { root, home, host, roles, image } = contest;
  const folder = join(root, `compose-${roles}`);
  const project = `composebench${process.pid}`;
  mkdirSync(folder, { recursive: true });
  const change = (changed: string) => {
    const services = names(contest).map(
      (name) =>
        `  ${name}: {image: "${image}", init: true, stop_signal: SIGKILL, command: [sleep, "600"], environment: {CHANGED: "${name === "r0" ? changed : ""}"}, volumes: ["${name}:/crew"]}`,
    );
    const volumes = names(contest).map((name) => `  ${name}: {}`);
    writeFileSync(join(folder, "compose.yaml"), `services:\n${services.join("\n")}\nvolumes:\n${volumes.join("\n")}\n`);
  };
  change("");
  const under = basename(program) === "docker-compose" ? [] : ["compose"];
  const compose = (...args: readonly string[]) =>
    start([program, ...under, "-p", project, ...args], { cwd: folder, environment: { HOME: home, DOCKER_HOST: host } });
  return {
    project,
    label: `com.docker.compose.project=${project}`,
    containers: names(contest).map((name) => `${project}-${name}-1`),
    up: () => compose("up", "-d"),
    ps: () => compose("ps"),
    down: () => compose("down", "-v"),
    change,
  };
}

function names({ roles }: Contest): readonly string[] {
  return Array.from({ length: roles }, (_, n) => `r${n}`);
}
