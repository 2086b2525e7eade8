// crew attach on a terminal of its own: the turn stops, a person types into the session, and the turn goes on.
import { execFileSync } from "node:child_process";
import { expect } from "vitest";
import type { Bench } from "./bench.ts";
import { typed } from "./typing.ts";

export const crewFile = (name: string, more: string) => `name: ${name}
epic: {title: Attach, base: main}
tracker: git
tasks: {one: "Write one.txt"}
${more}
roles: {dev: {branch: feature/attach-dev, agent: {command: sh agent.sh, interactive: sh interactive.sh}}}
`;

/** Endless until a person has been there. */
export const files = {
  "agent.sh": `echo begun >>../home/begun
if [ ! -e person.txt ]; then while :; do sleep 1; done; fi
cat >prompt.txt; echo done >done.txt
`,
  "interactive.sh": "stty size; pwd | grep -o 'work$'; echo ready; read -r line; echo $line >person.txt\n",
};

export async function typesALineAndHandsBack(made: Bench): Promise<void> {
  const phase = async () => JSON.parse((await made.crew(["status", "--format", "json"])).stdout).roles[0].phase;
  while ((await phase()) !== "working");
  const size = { rows: 50, columns: 160 };
  const detached = await typed(made, { args: ["attach", "dev"], keys: [{ when: "^ready", type: "\\020\\021" }], size });
  expect(detached.stdout).toContain("50 160\nwork\nready\n");
  expect(detached.stdout).toContain("dev goes on by itself.\ncode 0\nmodes icanon echo\n");
  while ((await phase()) !== "working");
  const keys = [{ when: "^ready", type: "by hand\\r" }];
  const handedBack = await typed(made, { args: ["attach", "dev"], keys, size });
  expect(handedBack.stdout).toContain("dev goes on by itself.\ncode 0\nmodes icanon echo\n");
  expect((await made.crew(["up", "--wait", "--wait-timeout", "60"])).code).toBe(0);
  const show = (path: string) =>
    execFileSync("git", ["-C", made.repository, "show", `feature/attach-dev:${path}`], { encoding: "utf8" });
  expect(show("person.txt")).toBe("by hand\n");
  expect(show("prompt.txt")).toContain("A person was at your session");
  const refs = execFileSync("git", ["-C", made.repository, "for-each-ref", "--format=%(refname)"], {
    encoding: "utf8",
  });
  expect(refs.split("\n").filter((ref) => /\/(order|done)\//.test(ref))).toHaveLength(2);
}
