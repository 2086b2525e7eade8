// crew cp by the real program on the process runtime: what goes where, and what an agent's files may not do.
import { execFileSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { aBench, type Bench } from "./bench.ts";

const open: Bench[] = [];
afterEach(() => {
  for (const bench of open.splice(0)) bench.remove();
});

async function aCrew(): Promise<{ readonly made: Bench; readonly work: string; readonly desk: string }> {
  const made = aBench({
    "crew.yaml": `name: cp\nepic: {title: Copy, base: main}\nruntime: process\ntracker: git
tasks: {one: "Write one.txt"}\nroles: {dev: {agent: {command: 'touch "$$HOME/busy"; sleep 600'}}}\n`,
    "kept.txt": "kept\n",
  });
  open.push(made);
  expect((await made.crew(["up", "-d"])).code).toBe(0);
  // Until then its clone is made ready, and what is not committed put away.
  await made.until("crew/*/roles/dev/home/busy");
  const work = await made.until("crew/*/roles/dev/work");
  const desk = join(made.repository, "..", "desk");
  mkdirSync(desk);
  return { made, work, desk };
}

/** Everything below a folder: links with where they lead. */
function tree(folder: string, at = ""): readonly string[] {
  return readdirSync(join(folder, at))
    .sort()
    .flatMap((name) => {
      const path = join(at, name);
      return lstatSync(join(folder, path)).isDirectory() ? [`${path}/`, ...tree(folder, path)] : [path];
    });
}

test("files and folders go where docker cp would put them, in both directions, running or stopped", async () => {
  const { made, desk } = await aCrew();
  const cp = async (...args: readonly string[]) => {
    const { code, stderr } = await made.crew(["cp", ...args], { cwd: made.repository });
    return [code, stderr];
  };
  const ok = [0, ""];
  mkdirSync(join(desk, "box/in"), { recursive: true });
  writeFileSync(join(desk, "box/in/run.sh"), "#!/bin/sh\n", { mode: 0o755 });
  symlinkSync("in/run.sh", join(desk, "box/link"));
  expect(await cp(`${desk}/box`, "dev:got")).toEqual(ok);
  expect(await cp(`${desk}/box`, "dev:got")).toEqual(ok);
  expect(await cp(`${desk}/box/.`, "dev:got/in")).toEqual(ok);
  expect((await made.crew(["stop"])).code).toBe(0);
  expect(await cp("dev:got", `${desk}/out`)).toEqual(ok);
  expect(tree(join(desk, "out"))).toEqual([
    ...[
      "box/",
      "box/in/",
      "box/in/run.sh",
      "box/link",
      "in/",
      "in/in/",
      "in/in/run.sh",
      "in/link",
      "in/run.sh",
      "link",
    ],
  ]);
  expect(lstatSync(join(desk, "out/in/run.sh")).mode & 0o777).toBe(0o755);
  expect(await cp("dev:got/in/run.sh", `${desk}/one`)).toEqual(ok);
  expect(await cp("dev:kept.txt", desk)).toEqual(ok);
  expect(await cp("-L", "dev:got/link", `${desk}/followed`)).toEqual(ok);
  expect(["one", "kept.txt", "followed"].map((name) => readFileSync(join(desk, name), "utf8"))).toEqual([
    "#!/bin/sh\n",
    "kept\n",
    "#!/bin/sh\n",
  ]);
  const under = ["sh", "-c", '"$0" "$@" | tar t'];
  expect((await made.crew(["cp", "dev:got/in/in", "-"], { under })).stdout).toBe("in/\nin/run.sh\n");
  const into = ["sh", "-c", 'echo streamed > s.txt; tar c s.txt | "$0" "$@"'];
  expect((await made.crew(["cp", "-", "dev:got"], { under: into })).code).toBe(0);
  expect(await cp("dev:got/s.txt", `${desk}/one`)).toEqual(ok);
  expect(readFileSync(join(desk, "one"), "utf8")).toBe("streamed\n");
  expect(await cp("dev:none", desk)).toEqual([1, "! dev has no none.\n  crew exec dev ls -a\n"]);
  expect(await cp("dev:got", `${desk}/one`)).toEqual([1, `! ${desk}/one is a file.\n  Name a folder\n`]);
  expect(await cp("dev:kept.txt", `${desk}/no/where`)).toEqual([
    1,
    `! There is no folder ${desk}/no.\n  Make it first\n`,
  ]);
  expect(await cp("a", "b")).toEqual([
    1,
    "! Neither a nor b is in a role's instance.\n  crew cp ROLE:PATH DEST, or crew cp SRC ROLE:PATH\n",
  ]);
});

test("what an agent made leads nowhere else", async () => {
  const { made, work, desk } = await aCrew();
  const secret = join(desk, "secret");
  writeFileSync(secret, "mine\n");
  execFileSync(
    "sh",
    [
      "-euc",
      `mkdir -p trap/d/e; cd trap; echo fine > fine; ln -s fine good; ln -s ../../fine d/e/up
    ln -s '${secret}' absolute; ln -s ../.. above; ln -s ../.. d/e/x; ln -s d/e/x/.. tricky; mkfifo pipe; printf x > "$(printf 'a\\033[1m')"`,
    ],
    { cwd: work },
  );
  const out = await made.crew(["cp", "dev:trap", `${desk}/out`]);
  expect(out.code).toBe(1);
  expect(out.stderr).toContain(`! Not copied from dev:
  trap/above: it is a link that leads out, to ../..
  trap/absolute: it is a link that leads out, to ${secret}
  trap/tricky: it is a link that leads out, to d/e/x/..
`);
  expect(tree(join(desk, "out"))).toEqual(["a\u001b[1m", "d/", "d/e/", "d/e/up", "d/e/x", "fine", "good"]);
  // The same by a link that stands where the copy goes.
  const { code, stderr } = await made.crew(["cp", "dev:trap/absolute", `${desk}/out`]);
  expect([code, stderr]).toEqual([1, expect.stringContaining("absolute: it is a link that leads out")]);
  symlinkSync(secret, join(desk, "out2"));
  expect((await made.crew(["cp", "dev:trap/fine", `${desk}/out2`])).code).toBe(0);
  expect([readFileSync(secret, "utf8"), existsSync(join(desk, "d"))]).toEqual(["mine\n", false]);
});
