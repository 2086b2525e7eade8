// The seam to stdout and stderr, on a real process with a real pipe: colour, widths, and a reader that goes away.
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isColored } from "../../src/ui/output.ts";

let folder = "";
let program = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "crew-ui-"));
  program = join(folder, "main.mjs");
  const entry = `
    import { createOutput } from ${JSON.stringify(join(import.meta.dirname, "../../src/ui/output.ts"))};
    import { openScreen } from ${JSON.stringify(join(import.meta.dirname, "../../src/ui/screen.ts"))};
    const { stdout, stderr, env, argv } = process;
    const output = createOutput({ stdout, stderr, environment: env, color: !argv.includes("--no-color") });
    const { data, progress } = output;
    if (argv[2] === "format") {
      data.write(JSON.stringify({ isTty: data.isTty, ...data.format(), rows: data.rows() }));
    } else if (argv[2] === "crash") {
      openScreen(progress).draw(["a row"]);
      throw new Error("in the middle of a frame");
    } else {
      for (let i = 0; !data.gone.aborted && i < 1e6; i++) {
        data.write("line " + i + "\\n".padStart(200));
        if (i % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      await data.flush();
      progress.write(data.gone.aborted ? "the reader went away\\n" : "all written\\n");
    }
  `;
  await writeFile(join(folder, "entry.ts"), entry);
  await build({
    entryPoints: [join(folder, "entry.ts")],
    outfile: program,
    bundle: true,
    format: "esm",
    platform: "node",
  });
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function format(environment: Record<string, string>, ...flags: readonly string[]): Promise<unknown> {
  const child = spawn(process.execPath, [program, "format", ...flags], {
    env: environment,
    stdio: ["ignore", "pipe", "inherit"],
  });
  return JSON.parse(await text(child.stdout));
}

test("a pipe has no width and no colour, unless colour is forced", async () => {
  expect(await format({})).toEqual({ isTty: false, width: null, rows: null, color: false });
  expect(await format({ FORCE_COLOR: "1" })).toMatchObject({ color: true });
  expect(await format({ FORCE_COLOR: "1", NO_COLOR: "1" })).toMatchObject({ color: false });
  expect(await format({ FORCE_COLOR: "1" }, "--no-color")).toMatchObject({ color: false });
});

test("colour on a terminal: not where it is dumb or NO_COLOR is set", () => {
  const decided = [{}, { NO_COLOR: "1" }, { NO_COLOR: "" }, { TERM: "dumb" }, { FORCE_COLOR: "0" }];
  expect(decided.map((environment) => isColored(true, environment))).toEqual([true, false, true, false, false]);
});

test("a reader that goes away ends the writing quietly, with exit code 0", async () => {
  const child = spawn(process.execPath, [program, "write"], { stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.once("data", () => child.stdout.destroy());
  const code = new Promise((resolve) => child.once("close", resolve));
  expect(await text(child.stderr)).toBe("the reader went away\n");
  expect(await code).toBe(0);
});

test("a process that ends in the middle of a frame gives the cursor back", async () => {
  const child = spawn(process.execPath, [program, "crash"], { stdio: ["ignore", "ignore", "pipe"] });
  const written = await text(child.stderr);
  expect(written).toContain("in the middle of a frame");
  expect(written.indexOf("\u001b[?25l")).toBe(0);
  expect(written.lastIndexOf("\u001b[?25h")).toBeGreaterThan(written.indexOf("a row"));
});
