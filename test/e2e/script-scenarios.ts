// The example scripts, run by one shell: what set-ups of scripts and containers get wrong, and how it is here.
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { aBench, type Bench, type Ended } from "./bench.ts";

const top = join(import.meta.dirname, "..", "..");

/** Works on what it is given with the tracker that it finds, and says where it is. */
const agent = `
bead=$(sed -n 's/^Bead: \\([^ ]*\\).*/\\1/p' | head -n 1)
bd show "$bead" > "$CREW_ROLE.txt"
bd comment "$bead" "written by $CREW_ROLE"
pwd > "$HOME/work"
git add -A && git commit -qm "$CREW_ROLE"
`;

const file = `name: shop
epic: {title: Shop, base: main}
defaults: {agent: {command: sh agent.sh}}
# Who works on it.
roles:
    # The first.
    api: {branch: feature/api}
runtime: process
tracker: git
`;

export function scriptScenarios(shell: readonly [string, ...string[]]): void {
  const open: Bench[] = [];
  afterEach(() => {
    for (const bench of open.splice(0)) bench.remove();
  });

  function opened(files: Readonly<Record<string, string>>): { readonly made: Bench; readonly script: Script } {
    const made = aBench({ "agent.sh": agent, ".gitignore": "bin\n", ...files });
    open.push(made);
    const bin = join(made.repository, "bin");
    mkdirSync(bin);
    writeFileSync(join(bin, "crew"), `#!/bin/sh\nexec '${process.execPath}' '${join(top, "dist/main.js")}' "$@"\n`);
    chmodSync(join(bin, "crew"), 0o755);
    const env = { ...made.environment, PATH: `${bin}:${made.environment.PATH}` };
    return {
      made,
      script: (name, ...args) =>
        run([...shell, join(top, "examples/scripts", name), ...args], { env, cwd: made.repository }),
    };
  }

  test("the second agent does not replace the first, a sixth has a volume of its own, and each can write and use the tracker", async () => {
    const { made, script } = opened({ "crew.yaml": file });
    const agents = ["api", "api-2", "web", "docs", "tests", "6"];
    for (const id of agents) await must(script("spawn-agent.sh", `feature/${id}`, id));
    const roles = agents.map((id) => (id === "6" ? "agent-6" : id));
    const listed = await must(script("list-agents.sh", "--format", "json"));
    const rows = JSON.parse(listed.stdout) as readonly {
      readonly name: string;
      readonly state: string;
      readonly pid: number;
    }[];
    expect(rows.map(({ name, state }) => `${name} ${state}`).sort()).toEqual(
      roles.map((role) => `${role} running`).sort(),
    );
    expect(new Set(rows.map(({ pid }) => pid)).size).toBe(6);
    for (const role of roles) expect((await made.crew(["bead", "add", `Write ${role}.txt`, "-l", role])).code).toBe(0);
    const up = await made.crew(["up", "--wait"]);
    expect(up.code, up.stderr).toBe(0);
    for (const role of roles) expect(made.git("show", `epic/shop:${role}.txt`)).toContain(`Write ${role}.txt`);
    const works = roles.map((role) => readFileSync(made.find(`crew/*/roles/${role}/home/work`)[0] ?? "", "utf8"));
    expect(new Set(works).size).toBe(6);
    const shown = await made.crew(["bead", "list", "--format", "json"]);
    for (const role of roles) expect(shown.stdout).toContain(`written by ${role}`);
    expect((await made.crew(["down"])).code).toBe(0);
    expect(made.survivors()).toEqual([]);
  });

  test("an agent is stopped by its whole id, not by how its name begins; without an id all are", async () => {
    const { made, script } = opened({ "crew.yaml": file });
    for (const id of ["api", "api-2", "3"]) await must(script("spawn-agent.sh", `feature/${id}`, id));
    const states = async () => {
      const { stdout } = await must(script("list-agents.sh"));
      return stdout
        .split("\n")
        .slice(1, -1)
        .map((line) => line.split(/ +/).slice(0, 3).join(" "))
        .sort();
    };
    expect(await states()).toEqual(["agent-3 role running", "api role running", "api-2 role running"]);
    await must(script("stop-agents.sh", "api"));
    expect(await states()).toEqual(["agent-3 role running", "api role exited", "api-2 role running"]);
    await must(script("spawn-agent.sh", "feature/api", "api"));
    expect(await states()).toEqual(["agent-3 role running", "api role running", "api-2 role running"]);
    await must(script("stop-agents.sh", "3"));
    expect(await states()).toEqual(["agent-3 role exited", "api role running", "api-2 role running"]);
    await must(script("stop-agents.sh"));
    expect(await states()).toEqual(["agent-3 role exited", "api role exited", "api-2 role exited"]);
    const nobody = await script("stop-agents.sh", "ap");
    expect(nobody.code).toBe(1);
    expect(nobody.stderr).toContain("ap");
    expect((await made.crew(["down"])).code).toBe(0);
  });

  test("agents that are spawned at the same time are all there", async () => {
    const { made, script } = opened({ "crew.yaml": file });
    await must(script("spawn-agent.sh", "feature/api", "api"));
    const ended = await Promise.all(["a", "b", "c"].map((id) => script("spawn-agent.sh", `feature/${id}`, id)));
    expect(
      ended.map(({ code }) => code),
      ended.map(({ stderr }) => stderr).join("\n"),
    ).toEqual([0, 0, 0]);
    const { stdout } = await must(script("list-agents.sh", "--format", "json"));
    const names = (JSON.parse(stdout) as readonly { readonly name: string }[]).map(({ name }) => name);
    expect(names.sort()).toEqual(["a", "api", "b", "c"]);
    // Each is given work, whoever started the driver.
    for (const role of names) expect((await made.crew(["bead", "add", `Write ${role}.txt`, "-l", role])).code).toBe(0);
    for (const role of names) await made.until(`crew/*/roles/${role}/home/work`);
    expect((await made.crew(["down"])).code).toBe(0);
    expect(made.survivors()).toEqual([]);
  });

  test("the file keeps its words, and is not touched where the role cannot be added", async () => {
    const { made, script } = opened({ "crew.yaml": file });
    const path = join(made.repository, "crew.yaml");
    await must(script("spawn-agent.sh", "feature/web", "web"));
    expect(readFileSync(path, "utf8")).toBe(file.replace("roles:\n", "roles:\n    web: {branch: feature/web}\n"));
    const before = readFileSync(path, "utf8");
    for (const [branch, id, words] of [
      ["feature/other", "web", "web is there already, on feature/web."],
      ["feature/web", "copy", "feature/web"],
      ["feature/x", "epic", "reserved"],
      ["feature/x", "Big", "lower-case"],
      ["a b", "x", "Only letters"],
      ["feature/x}, y: {", "x", "Only letters"],
    ] as const) {
      const { code, stderr } = await script("spawn-agent.sh", branch, id);
      expect([code !== 0, stderr], `${branch} ${id}`).toEqual([true, expect.stringContaining(words)]);
      expect(readFileSync(path, "utf8")).toBe(before);
      expect(existsSync(`${path}.new`)).toBe(false);
    }
    made.write("crew.yaml", before.replace(/roles:[\s\S]*?(?=runtime)/, "roles: {api: {}}\n"));
    const flow = await script("spawn-agent.sh", "feature/x", "x");
    expect([flow.code, flow.stderr]).toEqual([1, expect.stringContaining("add this there: x: {branch: feature/x}")]);
    for (const [name, args] of [
      ["spawn-agent.sh", []],
      ["spawn-agent.sh", ["a"]],
      ["stop-agents.sh", ["a", "b"]],
    ] as const) {
      const { code, stderr } = await script(name, ...args);
      expect([code, stderr]).toEqual([1, expect.stringMatching(/^Usage: /)]);
    }
    await made.crew(["down"]);
  });

  test("without a crew.yaml it is made from the compose file; without both it says so", async () => {
    const compose = "services: {agent: {image: node, container_name: 'shop-${AGENT_ID}', environment: [AGENT_ID]}}\n";
    const { made, script } = opened({ "compose.agents.yml": compose });
    await script("spawn-agent.sh", "feature/web", "web");
    expect(readFileSync(join(made.repository, "crew.yaml"), "utf8")).toContain("  web:\n    branch: feature/web\n");
    const none = await opened({}).script("spawn-agent.sh", "feature/web", "web");
    expect([none.code, none.stderr]).toEqual([1, expect.stringContaining("neither crew.yaml nor compose.agents.yml")]);
  });
}

type Script = (name: string, ...args: readonly string[]) => Promise<Ended>;

async function must(running: Promise<Ended>): Promise<Ended> {
  const ended = await running;
  expect(ended.code, ended.stderr).toBe(0);
  return ended;
}

function run(
  [command = "", ...args]: readonly string[],
  options: { readonly env: Readonly<Record<string, string>>; readonly cwd: string },
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    const output = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, ...output }));
  });
}
