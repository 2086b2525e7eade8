// What a role said is told after its instance was replaced and after its work landed and all of it is gone, without the secrets
// that it said, until gc removes it.
import { expect } from "vitest";
import type { Bench } from "./bench.ts";
import { beadsOf } from "./outcome.ts";

const secret = "hunter2-hunter2-hunter2";

/** `more`: lines of the file; `project`: its name. */
export const transcriptFile = (more: string) => `name: told
epic: {title: Told, base: main}
tracker: git
review: none
tasks: {one: Write one.txt}
${more}
roles: {dev: {agent: {command: sh agent.sh, max_attempts: 1}, environment: {ROUND: "\${ROUND:-1}"}}}
gates: ["true"]
`;

export const transcriptAgent = {
  "agent.sh": `printf 'first \\033[2J'; word=$(cat /run/secrets/WORD 2>/dev/null) || word=sk-test-0123456789abcdefghij; echo "said in $ROUND with $word"
if [ "$ROUND" = 1 ]; then exit 1; fi
echo x >one.txt
`,
};

export async function isToldAfterAll(bench: Bench, project: string): Promise<void> {
  const env = { WORD: secret };
  const logs = async (...args: string[]) => {
    const { code, stdout, stderr } = await bench.crew(["-p", project, "logs", ...args], { env });
    expect([code, stderr]).toEqual([0, ""]);
    return stdout;
  };
  const failed = await bench.crew(["up", "--wait"], { env });
  expect(failed.code, failed.stderr).toBe(5);
  expect(await logs("dev")).toContain("said in 1");
  const again = { ...env, ROUND: "2" };
  const bead = beadsOf(bench).find(({ title }) => title === "Write one.txt")?.id ?? "";
  expect((await bench.crew(["retry", bead], { env: again })).code).toBe(0);
  const landed = await bench.crew(["up", "--wait"], { env: again });
  expect(landed.code, landed.stderr).toBe(0);
  const both = await logs("dev");
  expect(both.indexOf("said in 1")).toBeGreaterThanOrEqual(0);
  expect(both.indexOf("said in 2")).toBeGreaterThan(both.indexOf("said in 1"));
  expect((await bench.crew(["down"], { env })).code).toBe(0);
  const kept = await logs("--raw", "dev");
  expect(kept.match(/said in \d with .*/g)).toEqual(["said in 1 with [secret]", "said in 2 with [secret]"]);
  expect(kept).not.toMatch(/hunter2|sk-test/);
  expect(kept).not.toContain("\u001b");
  expect((await logs("-n", "1", "dev")).split("\n")).toHaveLength(2);
  const gone = await bench.crew(["gc", "-y", "--older-than", "0s"]);
  expect(gone.stdout).toContain("transcript.dev");
  expect((await bench.crew(["-p", project, "logs", "dev"])).code).toBe(1);
}
