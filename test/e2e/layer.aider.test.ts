// The real aider in an image without Python: crew installs it there from PyPI, and it does its work as whoever crew runs in it.
import { afterEach, expect, test } from "vitest";
import { modelAddress, modelService } from "./agents.ts";
import { aBench } from "./bench.ts";
import { type DockerBench, docker, imagesOf, onEngine, removeWithImages } from "./docker.ts";

let made: DockerBench | undefined;
afterEach(() => made && removeWithImages(made));

const hasEngine = !(process.env.CREW_TEST_WITHOUT ?? "").split(",").includes("docker");

test.skipIf(!hasEngine)(
  "aider in an image without Python, to the landed epic",
  async () => {
    const bench = onEngine(aBench({ readme: "Bare\n" }));
    made = bench;
    // pip trusts what the machine does.
    bench.write(
      "image/Dockerfile",
      `FROM crew-test-base:bookworm\nENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt\nLABEL crewtest=${bench.project}\n`,
    );
    const environment = JSON.stringify({ OPENAI_API_BASE: `${modelAddress}/v1` });
    bench.write(
      "crew.yaml",
      `name: bare
epic: {title: "[BARE] A file", branch: epic/bare, base: main}
tasks: {first: {title: "Write first.txt", role: ada}}
defaults: {build: image, services: [model]}
roles: {ada: {agent: {preset: aider, model: openai/aider}, user: "12345:12345", read_only: true, environment: ${environment}}}
gates: {readme: test -s readme}
services:
${modelService(bench)}review: none
tracker: git
`,
    );
    bench.commit("Say who works");
    const env = { OPENAI_API_KEY: "sk-openai-0123456789" };
    const ended = await bench.crew(["up", "--wait"], { env, limitMs: 1_500_000 });
    if (ended.code !== 0) throw new Error(ended.stderr);
    const built = [...ended.stderr.matchAll(/built image \S+ \((.*) on crew-build:/g)].map(([, adds]) => adds);
    expect(built).toEqual(["aider 0.86.2"]);
    expect(bench.git("show", "main:first.txt")).toBe("This is first.txt.");
    const container = docker("ps", "-q", "--filter", `name=${bench.project}-ada`);
    const hardening = "{{.Config.User}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}}";
    expect(docker("inspect", "--format", hardening, container)).toBe("12345:12345 true [ALL]");
    const [layer = ""] = imagesOf(bench);
    const megabytes = Number(docker("image", "inspect", "--format", "{{.Size}}", layer)) / 1e6;
    expect(megabytes).toBeGreaterThan(600);
    expect((await bench.crew(["down"])).code).toBe(0);
  },
  1_600_000,
);
