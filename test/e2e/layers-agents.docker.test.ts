// Real agent programs in an image with neither Node nor git: crew installs them on top of it, and they do their work there as
// whoever crew runs in it.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { type AgentName, isInstalled, modelAddress, modelService, roleLines } from "./agents.ts";
import { aBench } from "./bench.ts";
import { type DockerBench, docker, imagesOf, onEngine, removeWithImages } from "./docker.ts";
import { nodeImage, registry } from "./node-image.ts";

const open: DockerBench[] = [];
afterEach(() => {
  for (const bench of open.splice(0)) {
    removeWithImages(bench);
    const node = docker("image", "ls", "-q", `${bench.project}-node`);
    if (node !== "") docker("image", "rm", "-f", node);
  }
});

/** Its packages come from itself. */
const bare = (project: string) => `FROM crew-test-base:bookworm
RUN mkdir /packages && mv /usr/bin/git /packages && printf '#!/bin/sh\\n[ "$1" != install ] || cp /packages/git /usr/bin/git\\n' > /usr/bin/apt-get
LABEL crewtest=${project}
`;

test.skipIf(!isInstalled)(
  "claude and qwen in an image without Node and git, to the landed epic",
  async () => {
    const bench = onEngine(aBench({ readme: "Bare\n" }));
    open.push(bench);
    const node = `${bench.project}-node:24`;
    const folder = dirname(bench.repository);
    nodeImage(node, join(folder, "node-image"));
    const role = (name: string, agent: AgentName) => roleLines(name, agent, modelAddress);
    bench.write("image/Dockerfile", bare(bench.project));
    bench.write(
      "crew.yaml",
      `name: bare
epic: {title: "[BARE] Two files", branch: epic/bare, base: main}
tasks:
  first: {title: "Write first.txt", role: ada}
  second: {title: "Write second.txt", role: bob}
defaults: {build: image, services: [model]}
roles:
${role("ada", "claude")}${role("bob", "qwen").replace("{", '{user: "12345:12345", read_only: true, ')}gates: {readme: test -s readme}
services:
${modelService(bench)}review: none
tracker: git
`,
    );
    bench.commit("Say who works");
    const env = {
      CREW_NODE_IMAGE: node,
      NPM_CONFIG_REGISTRY: registry(),
      CLAUDE_CODE_OAUTH_TOKEN: "sk-ant-oat-0123456789",
      OPENAI_API_KEY: "sk-openai-0123456789",
    };
    const ended = await bench.crew(["up", "--wait"], { env, limitMs: 400_000 });
    if (ended.code !== 0) throw new Error(ended.stderr);
    const built = [...ended.stderr.matchAll(/built image \S+ \((.*) on crew-build:/g)].map(([, adds]) => adds);
    expect(built.sort()).toEqual(["claude 2.1.197 and git", "git", "qwen 0.15.10 and git"]);
    expect(bench.git("ls-tree", "--name-only", "main").split("\n")).toEqual([
      ...["crew.yaml", "first.txt", "image", "readme", "second.txt"],
    ]);
    const container = docker("ps", "-q", "--filter", `name=${bench.project}-bob`);
    const asks = (user: string) => {
      const whoAmI = "console.log(require('os').userInfo().username)";
      return spawnSync("docker", ["exec", "-u", user, container, "/usr/local/lib/crew-agent/node", "-e", whoAmI], {
        encoding: "utf8",
      });
    };
    expect([asks("12345").stdout, asks("54321").stderr]).toEqual(["crew\n", expect.stringContaining("ENOENT")]);
    const hardening = "{{.Config.User}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}}";
    expect(docker("inspect", "--format", hardening, container)).toBe("12345:12345 true [ALL]");
    const [layer = "", ...others] = imagesOf(bench);
    expect(others).toHaveLength(3);
    const label = docker("image", "inspect", "--format", '{{index .Config.Labels "dev.crew.repository"}}', layer);
    const left = () => docker("image", "ls", "-q", "--filter", `label=dev.crew.repository=${label}`);
    expect((await bench.crew(["down"])).code).toBe(0);
    // With what npm left where it was installed.
    const gone = await bench.crew(["gc", "-y", "--older-than", "0s"], { env: { CREW_PROJECT_NAME: "" } });
    expect({ code: gone.code, left: left() }, gone.stdout).toEqual({ code: 0, left: "" });
  },
  420_000,
);

test("whoever crew runs in an image that brings the program has a name there", async () => {
  const bench = onEngine(
    aBench({
      "crew.yaml": `epic: {title: None, base: main}
tasks: {first: {title: Write first.txt, role: ada}}
defaults: {build: image}
roles: {ada: {agent: claude}}
tracker: git
`,
    }),
  );
  open.push(bench);
  const program = "printf '#!/bin/sh\\nexec sleep 600\\n' > /usr/bin/claude && chmod a+x /usr/bin/claude";
  bench.write("image/Dockerfile", `FROM crew-test-base:bookworm\nRUN ${program}\nLABEL crewtest=${bench.project}\n`);
  bench.commit("Bring the program");
  const env = { CLAUDE_CODE_OAUTH_TOKEN: "sk-ant-oat-0123456789" };
  const { code, stderr } = await bench.crew(["up", "-d"], { env });
  expect(code, stderr).toBe(0);
  expect(stderr).toMatch(/built image \S+ \(a name for user 1000 on crew-build:/);
  const container = docker("ps", "-q", "--filter", `name=${bench.project}-ada`);
  expect(docker("exec", container, "id", "-un")).toBe("crew");
  expect((await bench.crew(["down"])).code).toBe(0);
});

test("Node that cannot be had: the step, and where else it may come from; nothing is made", async () => {
  const bench = onEngine(
    aBench({
      "crew.yaml": `epic: {title: None, base: main}
tasks: {first: {title: Write first.txt, role: ada}}
defaults: {image: "crew-test-base:bookworm"}
roles: {ada: {agent: claude}}
tracker: git
`,
    }),
  );
  open.push(bench);
  const env = { CREW_NODE_IMAGE: "127.0.0.1:1/none:1", CLAUDE_CODE_OAUTH_TOKEN: "sk-ant-oat-0123456789" };
  const planned = await bench.crew(["plan"], { env });
  expect(planned.stdout).toMatch(
    /\+ {2}image crew-build:[0-9a-f]{24} +build claude 2\.1\.197 on crew-test-base:bookworm +\[not on the engine\]/,
  );
  const { code, stderr } = await bench.crew(["up", "-d"], { env });
  expect({ code, says: stderr.replace(/crew-build:\w+/g, "crew-build:…").replace(/failed: .*/g, "failed: …") }).toEqual(
    {
      code: 5,
      says: expect.stringContaining(`image.build:crew-build:…: Step 2/11 : FROM $NODE_IMAGE AS agent failed: …
  Mend what it needs (Node and npm come from node:24-bookworm-slim, or from CREW_NODE_IMAGE), or name an image that has claude 2.1.197 instead of crew-test-base:bookworm, then crew up
`),
    },
  );
  expect(docker("ps", "-aq", "--filter", `name=${bench.project}-ada`)).toBe("");
});
