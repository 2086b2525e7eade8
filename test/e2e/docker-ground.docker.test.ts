// What a crew may find on an engine before it begins: images that cannot be used, and names that somebody else has. Said in full,
// the other role goes on, nobody else's thing is touched, and once it is mended the same command leads to the same end.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { docker, dockerFile, leftOf } from "./docker.ts";
import { aDockerTeam, type DockerTeam, end } from "./faults/docker-team.ts";
import { allMerged, cannotWork } from "./faults/ends.ts";
import { crewFile } from "./faults/team.ts";

const open: DockerTeam[] = [];
const images: string[] = [];
afterEach(() => {
  for (const team of open.splice(0)) team.remove();
  for (const image of images.splice(0)) docker("image", "rm", "-f", image);
});

function opened(file = dockerFile(crewFile)): DockerTeam {
  const team = aDockerTeam({ "crew.yaml": file });
  open.push(team);
  return team;
}

/** The file whose role `one` has an image of its own. */
const withImage = (image: string) =>
  dockerFile(crewFile).replace("  one: {}\n", `  one: {image: ${JSON.stringify(image)}}\n`);

/** Of a folder with one file. */
function emptyImage(team: DockerTeam): string {
  const image = `${team.project}-empty:1`;
  const folder = join(team.state, "empty");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "readme"), "Nothing else.\n");
  execFileSync("sh", ["-c", `tar -C "$1" -c . | docker import - "$2"`, "sh", folder, image], { stdio: "pipe" });
  images.push(image);
  return image;
}

const badImages: readonly {
  readonly name: string;
  readonly image: (team: DockerTeam) => string;
  /** The reason, and what to do. */
  readonly says: readonly [string, string];
  /** Where it is to be pulled first. */
  readonly blocks?: string;
}[] = [
  {
    name: "that is not there",
    image: () => "crew-test-none:1",
    blocks: "pull image crew-test-none:1",
    says: [
      "There is no image crew-test-none:1 on the engine, and it cannot be pulled: …",
      "docker pull crew-test-none:1, then crew up",
    ],
  },
  {
    name: "whose name is none",
    image: () => "Bad Name:::",
    blocks: "pull image Bad Name:::",
    says: ['"Bad Name:::" is not the name of an image.', "Write it like node:24 into the crew file, then crew up"],
  },
  {
    name: "without sh and git",
    image: emptyImage,
    says: [
      "The image team-empty:1 has no sh and no git: no role can work in it.",
      "Name an image that has sh and git in the crew file, then crew up",
    ],
  },
];

/** What the engine says of a registry that it does not reach is its own. */
const withoutReason = (text: string) => text.replaceAll(/(cannot be pulled:) .*?(?= \(tried|$)/gm, "$1 …");

test.each(badImages)("an image $name", async ({ image, says, blocks = "create instance one" }) => {
  const team = opened();
  const bad = image(team);
  team.write("crew.yaml", withImage(bad));
  const ended = await team.crew(["up", "--wait"]);
  expect({ code: ended.code, says: withoutReason(messageOf(ended.stderr, team)) }).toEqual({
    code: 5,
    says: notDone({ blocks: [blocks], says, merged: 1 }),
  });
  team.write("crew.yaml", dockerFile(crewFile));
  await mended(team);
});

test.each(badImages)(
  "an image $name for a role that has one: nothing is stopped",
  async ({ image, says, blocks = "stop instance one" }) => {
    const team = opened();
    expect((await team.crew(["up", "--wait"])).code).toBe(0);
    const before = docker("inspect", "--format", "{{.Id}} {{.State.StartedAt}}", team.of("one"));
    team.write("crew.yaml", withImage(image(team)));
    const ended = await team.crew(["up", "--wait"]);
    expect({ code: ended.code, says: withoutReason(messageOf(ended.stderr, team)) }).toEqual({
      code: 5,
      says: notDone({ blocks: [blocks], says, merged: 2 }),
    });
    expect(docker("inspect", "--format", "{{.Id}} {{.State.StartedAt}}", team.of("one"))).toBe(before);
    team.write("crew.yaml", dockerFile(crewFile));
    await mended(team);
  },
);

const withoutGit = `Needs you
  ? one has no image to run in: crew-test-tiny:busybox has no git, and none of apt-get, apk, dnf, microdnf, yum to bring it
      crew config
      crew up
`;

test("an image without git and without a way to it: nothing is made of it, nothing stopped for it", async () => {
  const team = opened();
  team.write("crew.yaml", withImage("crew-test-tiny:busybox"));
  const refused = await team.crew(["up", "--wait"]);
  expect({ code: refused.code, says: refused.stderr.includes(withoutGit) }, refused.stderr).toEqual({
    code: 5,
    says: true,
  });
  team.write("crew.yaml", dockerFile(crewFile));
  expect((await team.crew(["up", "--wait"])).code).toBe(0);
  const before = docker("inspect", "--format", "{{.Id}} {{.State.StartedAt}}", team.of("one"));
  team.write("crew.yaml", withImage("crew-test-tiny:busybox"));
  const again = await team.crew(["up", "--wait"]);
  // All of its work is done.
  expect({ code: again.code, says: again.stderr.includes(withoutGit) }, again.stderr).toEqual({ code: 0, says: true });
  expect(docker("inspect", "--format", "{{.Id}} {{.State.StartedAt}}", team.of("one"))).toBe(before);
  team.write("crew.yaml", dockerFile(crewFile));
  await mended(team);
});

const taken: readonly {
  readonly name: string;
  readonly take: (team: DockerTeam) => readonly string[];
  /** What cannot be done without it. */
  readonly blocks: readonly string[];
}[] = [
  { name: "the container of a role", take: (team) => ["container", team.of("one")], blocks: ["create instance one"] },
  { name: "the volume of a role", take: (team) => ["volume", team.of("one")], blocks: ["create volume one"] },
  {
    name: "the mail slot of a role",
    take: (team) => ["volume", `${team.of("one")}.mail`],
    blocks: ["create volume one"],
  },
  {
    name: "the shared volume",
    take: ({ project }) => ["volume", `${project}.shared`],
    blocks: ["create volume one", "create volume two", "run gate files"],
  },
  {
    name: "the hub",
    take: ({ project }) => ["container", `${project}.hub`],
    blocks: ["create volume one", "create volume two", "run gate files"],
  },
  {
    name: "the network",
    take: ({ project }) => ["network", `${project}.network`],
    blocks: ["create instance one", "create instance two", "run gate files"],
  },
];

test.each(taken)("somebody else has the name of $name", async ({ take, blocks }) => {
  const team = opened();
  const [kind = "", taken = ""] = take(team);
  // A project of the same name in another repository.
  const labels = ["--label", `dev.crew.project=${team.project}`, "--label", "dev.crew.repository=another"];
  if (kind === "container") docker("create", "--name", taken, ...labels, "crew-test-tiny:busybox", "sleep", "1");
  else docker(kind, "create", ...labels, taken);
  const before = docker(kind, "inspect", taken);
  const ended = await team.crew(["up", "--wait"]);
  expect({ code: ended.code, says: messageOf(ended.stderr, team) }).toEqual({
    code: 5,
    says: notDone({
      blocks,
      says: [
        `The ${kind} ${taken} is not this project's.`,
        `Give the project another name: crew up -p NAME; or, if nobody needs it, docker ${kind} rm ${taken}`,
      ].map((each) => each.replaceAll(team.project, "team")) as [string, string],
      merged: blocks.length > 1 ? 0 : 1,
    }),
  });
  expect(docker(kind, "inspect", taken)).toBe(before);
  docker(kind, "rm", taken);
  await mended(team);
});

test("an image whose sh does not work", async () => {
  const team = opened();
  const image = `${team.project}-broken:1`;
  const name = `${team.project}-broken`;
  docker("run", "--name", name, "crew-test-base:bookworm", "cp", "/bin/false", "/bin/sh");
  docker("commit", name, image);
  docker("rm", name);
  images.push(image);
  team.write("crew.yaml", withImage(image));
  const ended = await team.crew(["up", "--wait"]);
  const says = ended.stderr.slice(ended.stderr.indexOf("Needs you"));
  expect({ code: ended.code, says }).toEqual({
    code: 5,
    says: cannotWork("its supervisor ended with 1 before it began").trimStart(),
  });
  team.write("crew.yaml", dockerFile(crewFile));
  await mended(team);
});

test("a project of the same name in another clone, and another project beside it", async () => {
  const team = opened();
  expect((await team.crew(["up", "--wait"])).code).toBe(0);
  const ids = () => docker("ps", "-aq", "--filter", `label=dev.crew.project=${team.project}`).split("\n").sort();
  const before = ids();
  const clone = join(team.repository, "..", "clone");
  team.git("clone", "-q", ".", clone);
  const ended = await team.crew(["up", "--wait"], { cwd: clone });
  expect(ended.code, ended.stderr).toBe(5);
  expect(ended.stderr).toContain(
    `! could not create volume one: The volume ${team.project}-one is not this project's. (tried once`,
  );
  const gone = await team.crew(["gc", "-y", "-p", team.project], { cwd: clone });
  expect({ gone: gone.code, ids: ids() }).toEqual({ gone: 0, ids: before });
  const other = `${team.project}b`;
  const file = join(clone, "..", "other.yaml");
  writeFileSync(file, dockerFile(crewFile).replace("Two files", "Two more files"));
  const beside = (...args: readonly string[]) =>
    team.crew(["-f", file, ...args], { env: { CREW_PROJECT_NAME: other } });
  for (const args of [["up", "--wait"], ["land"], ["down"]]) {
    const { code, stderr } = await beside(...args);
    expect(code, stderr).toBe(0);
    expect(ids()).toEqual(before);
  }
  for (const args of [["land"], ["down"]]) {
    const { code, stderr } = await team.crew(args);
    expect(code, stderr).toBe(0);
  }
  // Both names begin alike.
  expect(await leftOf(team.engine, team.project)).toEqual([]);
});

async function mended(team: DockerTeam): Promise<void> {
  const { code, stderr } = await team.crew(["up", "--wait"]);
  expect({ code, says: stderr.trim().split("\n").at(-1) }).toEqual({ code: 0, says: allMerged.trim() });
  expect((await end(team)).merged).toEqual(["Write one.txt 1", "Write two.txt 1"]);
}

/** What could not be done, each once and in order, and how it ended; what differs from run to run is named instead. */
function messageOf(stderr: string, { project }: DockerTeam): string {
  const [, failed = "", end = ""] = /\nNot done\n([\s\S]*?)\n\n([\s\S]*)$/.exec(stderr) ?? [];
  const items = failed.split(/\n(?= {2}! )/).map((item) => item.replace(/ \(tried .*\)/, ""));
  return `${items.sort().join("\n")}\n${end}`.replaceAll(project, "team");
}

interface NotDone {
  readonly blocks: readonly string[];
  readonly says: readonly [string, string];
  readonly merged: number;
}

function notDone({ blocks, says: [reason, hint], merged }: NotDone): string {
  const items = blocks.map((each) => `  ! could not ${each}: ${reason}\n      ${hint}\n`);
  return `${items.join("")}? Settled: not everything could be done. ${merged}/2 beads, ${merged * 50} %.\n`;
}
