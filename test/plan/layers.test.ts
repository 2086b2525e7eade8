// What crew puts on top of an image that lacks something: built once for all with the same image, before anything is stopped for
// it, and shown by what it adds; where it cannot be put there, nothing is made.
import { expect, test } from "vitest";
import { fitOf, type ImageLook } from "../../src/model/layer.ts";
import { setupHash } from "../../src/model/setup.ts";
import { instanceSpec } from "../../src/model/spec.ts";
import { plan } from "../../src/plan/plan.ts";
import { planText as printed } from "../../src/ui/plan-text.ts";
import { aCrew, aGate, aRole } from "../builders/crew.ts";
import { planText } from "../builders/plan-text.ts";
import { anInstance, aProject, withRuntime } from "../builders/world.ts";

const container = { image: "node:24", cpus: 2, memoryBytes: 1024, pids: 64, readOnly: false };
const crew = aCrew(aRole("backend", { container }), aRole("frontend", { container }), aGate("test", { container }));
const base = { ...container, imageId: "sha256:base" };
const lacking: ImageLook = { has: ["sh"], packages: "apt-get", libc: "glibc", user: "", bin: "/usr/local/bin" };

const fitting = (look: ImageLook | undefined, repositoryId = "repo") =>
  fitOf(base, { looks: look && new Map([["sha256:base", look]]), repositoryId });
const found = fitting(lacking);
const layer = found.kind === "layer" ? found.image : "";

interface Given {
  readonly look?: ImageLook;
  readonly images?: Readonly<Record<string, string>>;
}

function seen(
  { look = lacking, images = { "node:24": "sha256:base" } }: Given,
  ...parts: ReturnType<typeof anInstance>[]
) {
  const looks = new Map([["sha256:base", look]]);
  const runtime = { images: new Map(Object.entries(images)), looks };
  return withRuntime(parts.length > 0 ? runtime : { ...runtime, instances: new Map() })(aProject(crew, ...parts));
}

const lines = (text: string) =>
  text
    .split("\n")
    .filter((line) => /backend|frontend|image|gate/.test(line))
    .join("\n");

const both = { "node:24": "sha256:base", [layer]: "sha256:layer" };
const made = (role: string, id = "sha256:layer") => {
  const own = { ...base, layer: { image: layer, imageId: id, adds: "git" } };
  return anInstance(role, { spec: instanceSpec({ ...crew.roles[0], name: role, container: own } as never) });
};

test.each<readonly [string, ImageLook, string]>([
  [
    "Debian's",
    lacking,
    'RUN ["/bin/sh","-ec","export DEBIAN_FRONTEND=noninteractive; apt-get update; apt-get install -y --no-install-recommends git ca-certificates; rm -rf /var/lib/apt/lists/*"]\n',
  ],
  ["Alpine's", { ...lacking, packages: "apk" }, 'RUN ["/bin/sh","-ec","apk add --no-cache git"]\n'],
  ["Fedora's", { ...lacking, packages: "dnf" }, 'RUN ["/bin/sh","-ec","dnf install -y git-core; dnf clean all"]\n'],
  [
    "of another user",
    { ...lacking, packages: "apk", user: "node:node" },
    'USER root\nRUN ["/bin/sh","-ec","apk add --no-cache git"]\nUSER node:node\n',
  ],
])("an image without git is one with it, by its own packages: %s", (_name, look, text) => {
  expect(fitting(look)).toMatchObject({
    kind: "layer",
    image: expect.stringMatching(/^crew-build:[0-9a-f]{24}$/),
    adds: "git",
    build: { dockerfile: { text: `FROM sha256:base\n${text}` }, layer: { adds: "git", on: "node:24" } },
  });
});

test("the same on the same image has one name, in each repository", () => {
  expect(fitting({ ...lacking })).toEqual(found);
  const others = [fitting({ ...lacking, packages: "apk" }), fitting(lacking, "other")];
  expect(new Set([found, ...others].map((each) => JSON.stringify(each))).size).toBe(3);
});

test.each<readonly [string, ImageLook | undefined]>([
  ["that has all", { ...lacking, has: ["sh", "git"] }],
  ["that was not looked into", undefined],
  ["without sh, which is said where it is made", { ...lacking, has: [] }],
])("an image %s stays as it is", (_name, look) => {
  expect(fitting(look)).toEqual({ kind: "fits" });
});

test("is built once for two roles and a gate, and then they are made of it", () => {
  expect(lines(planText(crew, seen({})))).toBe(`image.build:${layer} (not on the engine)`);
  const { operations } = plan(crew, seen({ images: both }), { startedAtMs: 0, allowRedBase: false });
  const specs = operations.flatMap((each) =>
    each.kind === "instance.create" ? [each.spec.container] : each.kind === "gate.start" ? [each.gate.container] : [],
  );
  const use = { image: layer, imageId: "sha256:layer", adds: "git" };
  expect(specs).toEqual([1, 2, 3].map(() => ({ ...base, layer: use })));
});

test("the plan says what is added to which image", () => {
  const planned = plan(crew, seen({}), { startedAtMs: 0, allowRedBase: false });
  expect(printed(planned, { width: 120, color: false } as never)).toContain("build git on node:24");
});

test("a base that means another image takes another layer; what runs is replaced once that is there", () => {
  const looks = new Map([["sha256:other", lacking]]);
  const world = (images: Readonly<Record<string, string>>) =>
    withRuntime({ images: new Map(Object.entries(images)), looks })(aProject(crew, made("backend"), made("frontend")));
  const other = fitOf({ ...base, imageId: "sha256:other" }, { looks, repositoryId: "repo" });
  const name = other.kind === "layer" ? other.image : "";
  const words = "image: node:24 (base) → node:24 (other), layer: git (layer) → git; backend is to be replaced".replace(
    /;.*/,
    "",
  );
  expect(lines(planText(crew, world({ "node:24": "sha256:other" })))).toContain(
    `image.build:${name} (backend is to be`,
  );
  const after = planText(crew, world({ "node:24": "sha256:other", [name]: "sha256:new" }));
  expect(after).toContain(`instance.stop:backend (${words.replace("→ git", "→ git (new)")}; branch and work kept)`);
});

test("a layer that is gone keeps what runs; built anew, it replaces it", () => {
  const up = [made("backend"), made("frontend")];
  expect(lines(planText(crew, seen({}, ...up)))).toBe(
    `image.build:${layer} (gate test is to run in it)\n. instance backend: up to date\n. instance frontend: up to date`,
  );
  expect(planText(crew, seen({ images: { ...both, [layer]: "sha256:again" } }, ...up))).toContain(
    "instance.stop:backend (layer: git (layer) → git (again); branch and work kept)",
  );
  // Its base is gone, too.
  expect(lines(planText(crew, seen({ images: {} }, ...up)))).toContain(". instance backend: up to date");
});

test("git that crew cannot bring is said, and nothing is made or stopped for it", () => {
  const look: ImageLook = { has: ["sh"], user: "", bin: "/bin" };
  const reason = "no image to run in: node:24 has no git, and none of apt-get, apk, dnf, microdnf, yum to bring it";
  for (const parts of [[], [made("backend"), made("frontend")]]) {
    const { operations, attention } = plan(crew, seen({ look }, ...parts), { startedAtMs: 0, allowRedBase: false });
    expect(operations.filter(({ kind }) => /^(instance|image|gate)/.test(kind))).toEqual([]);
    expect(attention.filter(({ kind }) => kind === "no-image")).toEqual(
      ["backend", "frontend", "gate test"].map((who) => ({
        kind: "no-image",
        subject: who,
        reason: `${who} has ${reason}`,
        commands: ["crew config", "crew up"],
      })),
    );
  }
});

test("a setup is kept of the layer, not of what is below it", () => {
  const of = (id: string) => {
    const own = { ...base, layer: { image: layer, imageId: id, adds: "git" } };
    const setup = { run: "npm ci", key: ["a"], environment: {}, container: own, secrets: [] };
    return setupHash(setup, { holds: new Map() }, "repo");
  };
  expect(of("sha256:1")).not.toBe(of("sha256:2"));
});

const program = { name: "codex", package: { name: "@openai/codex", version: "0.169.0" } };
const lacksProgram: ImageLook = { ...lacking, has: ["sh", "git"] };
const withProgram = (look: ImageLook) =>
  fitOf(base, { looks: new Map([["sha256:base", look]]), repositoryId: "repo", program });

/** By their first words, with the image that Node comes from. */
function stepsOf(look: ImageLook): readonly string[] {
  const found = withProgram(look);
  if (found.kind !== "layer") return [found.kind === "unfit" ? found.reason : found.kind];
  const { dockerfile, layer } = found.build;
  const text = "text" in dockerfile ? dockerfile.text : "";
  const short = text.replaceAll(/RUN \["\/bin\/sh","-ec","(\S+ \S+).*/g, "RUN $1 …").trim();
  return [found.adds, layer?.nodeImage ?? "", ...short.split("\n")];
}

const stage = (image: string) => [
  `ARG NODE_IMAGE=${image}`,
  "FROM $NODE_IMAGE AS agent",
  "ARG NPM_CONFIG_REGISTRY",
  "USER root",
  "RUN mkdir -p …",
  "LABEL dev.crew.kind=build dev.crew.repository=repo",
  "FROM sha256:base",
];
const copied = "COPY --from=agent /usr/local/lib/crew-agent /usr/local/lib/crew-agent";
const [debian, alpine] = ["node:24-bookworm-slim", "node:24-alpine"];

test.each<readonly [string, ImageLook, readonly string[]]>([
  ["with git", lacksProgram, ["codex 0.169.0", debian, ...stage(debian), copied, "RUN grep -q …"]],
  [
    "without git",
    lacking,
    [
      "codex 0.169.0 and git",
      debian,
      ...stage(debian),
      "RUN export DEBIAN_FRONTEND=noninteractive; …",
      copied,
      "RUN grep -q …",
    ],
  ],
  [
    "of another user",
    { ...lacksProgram, user: "node" },
    ["codex 0.169.0", debian, ...stage(debian), "USER root", copied, "RUN mkdir -p …", "USER node"],
  ],
  [
    "of Alpine",
    { ...lacksProgram, libc: "musl", packages: "apk" },
    ["codex 0.169.0", alpine, ...stage(alpine), "RUN apk add …", copied, "RUN grep -q …"],
  ],
  ["that has it", { ...lacksProgram, has: ["sh", "git", "codex"] }, ["fits"]],
  [
    "in which nothing runs",
    { has: ["sh", "git"], user: "", bin: "/bin" },
    ["node:24 has no codex, and neither glibc nor musl that it could run on"],
  ],
])("an agent's program comes into an image %s", (_name, look, steps) => {
  expect(stepsOf(look)).toEqual(steps);
});

test.each<readonly [string, ImageLook, readonly string[]]>([
  ["as the image's user", lacksProgram, ["ARG PIP_INDEX_URL", "RUN python3 -c …"]],
  [
    "without git and packages of its own user's",
    { ...lacking, user: "node" },
    ["USER root", "RUN export DEBIAN_FRONTEND=noninteractive; …", "ARG PIP_INDEX_URL", "RUN python3 -c …", "USER node"],
  ],
  [
    "that nothing brings packages into",
    { has: ["sh", "git"], libc: "glibc", user: "", bin: "/bin" },
    ["ARG PIP_INDEX_URL", "RUN python3 -m …"],
  ],
])("a program of PyPI's comes into an image by its Python: %s", (_name, look, steps) => {
  const aider = { name: "aider", package: { name: "aider-chat", version: "0.86.2", of: "PyPI" as const } };
  const found = fitOf(base, { looks: new Map([["sha256:base", look]]), repositoryId: "repo", program: aider });
  expect(found).toMatchObject({
    kind: "layer",
    build: { layer: { adds: expect.stringMatching(/^aider 0\.86\.2/), index: "PyPI" } },
  });
  const text = found.kind === "layer" && "text" in found.build.dockerfile ? found.build.dockerfile.text : "";
  const short = text.replaceAll(/RUN \["\/bin\/sh","-ec","(\S+ \S+).*/g, "RUN $1 …").trim();
  expect(short.split("\n")).toEqual(["FROM sha256:base", ...steps]);
  expect(text).toContain(
    "/usr/local/lib/crew-agent/bin/pip install --no-cache-dir --disable-pip-version-check --quiet --only-binary :all: aider-chat==0.86.2; ",
  );
});

const nameFor = (uid: string, gid: string) =>
  `grep -q '^[^:]*:[^:]*:${uid}:' /etc/passwd || { [ -z "$(tail -c 1 /etc/passwd)" ] || echo >> /etc/passwd; echo 'crew:x:${uid}:${gid}::/crew/home:/bin/sh' >> /etc/passwd; }`;

test.each<readonly [string, string | undefined, Partial<ImageLook>, string | undefined]>([
  ["whom crew runs in an image of root's", undefined, { uids: ["0"] }, nameFor("1000", "1000")],
  ["whom the file names by number", "12345", { uids: ["0", "1000"] }, nameFor("12345", "0")],
  ["with a group", "12345:99", { uids: ["0"] }, nameFor("12345", "99")],
  ["of the image's own, by number", undefined, { uids: ["0"], user: "10001" }, nameFor("10001", "0")],
  ["that the image knows", undefined, { uids: ["0", "1000"] }, undefined],
  ["by name", "node", { uids: ["0"] }, undefined],
  ["of an image whose users nobody looked for", "12345", {}, undefined],
])("an agent's user gets a name where the image has none: one %s", (_name, user, seen, script) => {
  const look: ImageLook = { ...lacksProgram, has: ["sh", "git", "codex"], ...seen };
  const known = { looks: new Map([["sha256:base", look]]), repositoryId: "repo" };
  const given = { ...base, ...(user !== undefined && { user }) };
  const steps = script === undefined ? "" : `RUN ${JSON.stringify(["/bin/sh", "-ec", script])}\n`;
  const text = look.user === "" ? steps : `USER root\n${steps}USER ${look.user}\n`;
  const layer = { kind: "layer", build: { dockerfile: { text: `FROM sha256:base\n${text}` } } };
  expect(fitOf(given, { ...known, program })).toMatchObject(script === undefined ? { kind: "fits" } : layer);
  expect(fitOf(given, known)).toEqual({ kind: "fits" });
});

test("a program that no package brings is told to be missing, and nothing is built for it", () => {
  const known = (has: readonly string[]) => ({
    looks: new Map([["sha256:base", { ...lacksProgram, has }]]),
    repositoryId: "repo",
    program: { name: "goose" },
  });
  expect(fitOf(base, known(["sh", "git"]))).toEqual({
    kind: "unfit",
    reason: "node:24 has no goose, and crew knows no package of it: the image has to bring it",
  });
  expect(fitOf(base, known(["sh", "git", "goose"]))).toEqual({ kind: "fits" });
});

test("roles with the same program share a layer; gates and roles without one have none of it", () => {
  const team = aCrew(
    aRole("backend", { container, program }),
    aRole("frontend", { container, program }),
    aRole("docs", { container, program: { ...program, name: "claude" } }),
    aRole("chores", { container }),
    aGate("test", { container }),
  );
  const world = withRuntime({
    images: new Map([["node:24", "sha256:base"]]),
    looks: new Map([["sha256:base", lacksProgram]]),
    instances: new Map(),
  })(aProject(team));
  const { operations } = plan(team, world, { startedAtMs: 0, allowRedBase: false });
  const names = operations.flatMap((each) =>
    each.kind === "image.build"
      ? [each.build.layer?.adds]
      : each.kind === "instance.create"
        ? [`${each.spec.role} ${each.spec.container?.image}`]
        : [],
  );
  expect(names).toEqual(["codex 0.169.0", "claude 0.169.0", "chores node:24"]);
});

test("an image that could not be looked into is said so: nothing is made of it, and what runs goes on as it is", () => {
  const looks = new Map([["sha256:base", { problem: "the disk is full" }]]);
  const images = new Map(Object.entries(both));
  const cold = planText(crew, withRuntime({ images, looks, instances: new Map() })(aProject(crew)));
  expect(cold).toContain("backend has no image to run in: node:24 could not be looked into: the disk is full");
  expect(cold).not.toContain("instance.create");
  const up = planText(crew, withRuntime({ images, looks })(aProject(crew, made("backend"), made("frontend"))));
  expect(up).not.toContain("instance.stop");
});
