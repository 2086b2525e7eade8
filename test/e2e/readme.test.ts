// What README.md says is so: its file works, its commands run in the order it gives them, its demo ends as it shows.
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { aBench } from "./bench.ts";

const top = join(import.meta.dirname, "..", "..");
const readme = readFileSync(join(top, "README.md"), "utf8");
const page = (path: string) => readFileSync(join(top, path), "utf8");
/** Every page that a person wrote. */
const pages = [
  "README.md",
  ...readdirSync(join(top, "docs")).map((name) => `docs/${name}`),
  ...readdirSync(join(top, "examples")).map((name) => `examples/${name}/README.md`),
].filter((path) => path !== "docs/crew-yaml.md");

interface Block {
  readonly language: string;
  readonly text: string;
}

const blocks: readonly Block[] = [...readme.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map((match) => ({
  language: match[1] ?? "",
  text: match[2] ?? "",
}));

test("the smallest crew.yaml goes from plan to down by the commands below it", async () => {
  const file = blocks.find((block) => block.language === "yaml")?.text ?? "";
  const commands = commandsAfter("## The smallest crew.yaml");
  const bench = aBench({
    "crew.yaml": file,
    "package.json": '{"type": "module", "scripts": {"test": "node --test --test-reporter=spec"}}\n',
    "limit.test.js": 'import { test } from "node:test";\ntest("works", () => undefined);\n',
  });
  try {
    // Stands in for the reader's agent: reads its prompt on stdin and makes a change.
    const bin = join(bench.repository, "..", "bin");
    mkdirSync(bin);
    writeFileSync(join(bin, "my-agent"), "#!/bin/sh\ncat > limit.md\n");
    chmodSync(join(bin, "my-agent"), 0o755);
    for (const command of commands) {
      const [program, ...args] = command.split(" ");
      expect(program).toBe("crew");
      const { code, stderr } = await bench.crew(args, { env: { PATH: `${bin}:${process.env.PATH}` } });
      expect(code, `${command}\n${stderr}`).toBe(0);
    }
    expect(bench.git("show", "main:limit.md")).toContain("POST /login: five tries a minute per address, then 429");
    expect(bench.survivors()).toEqual([]);
  } finally {
    bench.remove();
  }
});

test("beads are planned, taken up and shown by the commands below that heading", async () => {
  const bench = aBench({
    "crew.yaml": `epic: Sign-in
defaults: {agent: {command: "cat > $$CREW_ROLE.md"}}
roles: {backend: {}, frontend: {}}
runtime: process
`,
  });
  try {
    const bin = join(bench.repository, "..", "bin");
    mkdirSync(bin);
    writeFileSync(join(bin, "crew"), `#!/bin/sh\nexec '${process.execPath}' '${join(top, "dist/main.js")}' "$@"\n`);
    chmodSync(join(bin, "crew"), 0o755);
    const script = commandsAfter("## Plan in beads").join("\n");
    const env = { ...bench.environment, PATH: `${bin}:${process.env.PATH}` };
    const said = execFileSync("sh", ["-euc", script], { cwd: bench.repository, env, encoding: "utf8", stdio: "pipe" });
    expect(said).toMatch(/POST \/login[\s\S]*Landed in main as [0-9a-f]{40}/);
    expect(bench.git("ls-tree", "--name-only", "main").split("\n")).toEqual(["backend.md", "crew.yaml", "frontend.md"]);
    expect((await bench.crew(["down"])).code).toBe(0);
  } finally {
    bench.remove();
  }
});

test.each(["README.md", "docs/compose.md"])("a compose file is imported by the commands of %s", async (path) => {
  const bench = aBench({ "compose.agents.yml": page("test/config/samples/compose.agents.yml") });
  try {
    const commands = commandsAfter(path === "README.md" ? "## From a compose file" : "# crew beside", page(path));
    expect(commands[0]).toMatch(/^crew import compose\.agents\.yml /);
    for (const command of commands) {
      const [program, ...args] = command.split(" ");
      expect(program).toBe("crew");
      const { code, stderr } = await bench.crew(args);
      expect(code, `${command}\n${stderr}`).toBe(0);
    }
    const { stdout } = await bench.crew(["config", "--format", "json"]);
    expect(Object.keys((JSON.parse(stdout) as { readonly roles: object }).roles)).toEqual(["backend", "frontend"]);
  } finally {
    bench.remove();
  }
});

test("each page has as many blocks of commands as are run: a new one wants a test", () => {
  const found = pages.map((path) => [path, (page(path).match(/^```sh$/gm) ?? []).length] as const);
  expect(Object.fromEntries(found.filter(([, count]) => count > 0))).toEqual({
    // The demo and the tests of this run, and what is run here.
    "README.md": 5,
    "docs/compose.md": 1,
    // The service's own, which its gates start and test, and what the demo types.
    "examples/sign-in/README.md": 2,
  });
});

test.each(pages)("commands that are named are there, with the flags that are named: %s", async (path) => {
  const bench = aBench({ "README.md": "" });
  const text = page(path);
  const code = [...text.matchAll(/^```\w*\n([\s\S]*?)^```$/gm)].map((block) => block[1] ?? "").join("");
  try {
    const named = [...text.matchAll(/`crew ([a-z]+)(?: [A-Z]+)?((?: -{1,2}[a-z-]+)*)[^`]*`/g)];
    const inBlocks = [...code.matchAll(/^(?:\$ )?crew ([a-z]+)((?: -{1,2}[a-z-]+)*)/gm)];
    if (path === "README.md") expect(named.length + inBlocks.length).toBeGreaterThan(8);
    for (const [, command = "", flags = ""] of [...named, ...inBlocks]) {
      const { code, stdout } = await bench.crew(["help", command]);
      expect(code, `crew ${command}`).toBe(0);
      for (const flag of flags.split(" ").filter(Boolean)) expect(stdout).toContain(flag);
    }
  } finally {
    bench.remove();
  }
});

test("npm scripts and files that are named exist", () => {
  const { scripts } = JSON.parse(readFileSync(join(top, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const named = [...readme.matchAll(/npm (?:run )?(test|demo|build)\b/g)].map((match) => match[1] ?? "");
  expect(new Set(named)).toEqual(new Set(["demo", "test", "build"]));
  for (const name of named) expect(scripts[name]).toBeDefined();
  for (const path of pages) {
    const links = [...page(path).matchAll(/\]\(([^)#]+)\)/g)].map((match) => match[1] ?? "");
    expect(
      links.filter((link) => !existsSync(join(top, dirname(path), link))),
      path,
    ).toEqual([]);
  }
  // Whoever reads the README finds the others.
  expect(pages.filter((path) => path !== "README.md" && !readme.includes(`(${path})`))).toEqual([]);
});

function commandsAfter(heading: string, text = readme): readonly string[] {
  const section = text.slice(text.indexOf(heading));
  const block = /^```sh\n([\s\S]*?)^```$/m.exec(section)?.[1] ?? "";
  return block.split("\n").filter((line) => line !== "");
}
