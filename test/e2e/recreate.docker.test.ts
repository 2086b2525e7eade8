// crew up --force-recreate on an engine, killed before and after each of its operations: the next up converges to one container
// of the role's own name, with the order in hand and no attempt spent.
import { afterEach, expect, test } from "vitest";
import { aBench } from "./bench.ts";
import { type DockerBench, docker, dockerFile, onEngine } from "./docker.ts";

const open: DockerBench[] = [];
afterEach(() => {
  for (const bench of open.splice(0)) bench.remove();
});

/** Notes each beginning, and writes once a person has made the file in its home. */
const agent = `echo begun >> "$HOME/begun"
echo half > half.txt
while [ ! -e "$HOME/go" ]; do sleep 0.05; done
echo one > one.txt
`;

async function atWork(): Promise<DockerBench> {
  const made = onEngine(
    aBench({
      "crew.yaml": dockerFile(`name: again
epic: {title: Again, base: main}
runtime: process
tracker: git
defaults:
  agent: {command: sh agent.sh}
tasks: {one: Write one.txt}
roles: {dev: {}}
`),
      "agent.sh": agent,
    }),
  );
  open.push(made);
  const up = await made.crew(["up", "-d"]);
  expect(up.code, up.stderr).toBe(0);
  await begun(made, 1);
  made.killDriver();
  return made;
}

async function begun(made: DockerBench, times: number): Promise<void> {
  for (;;) {
    const { stdout } = await made.crew(["exec", "dev", "sh", "-c", 'cat "$HOME/begun"']);
    if (stdout === "begun\n".repeat(times)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function containers(made: DockerBench): readonly string[] {
  const format = '{{.Names}} {{.ID}} {{.Label "dev.crew.kind"}}';
  const all = docker("ps", "-a", "--filter", `label=dev.crew.project=${made.project}`, "--format", format).split("\n");
  return all.filter((each) => each.endsWith(" role"));
}

test.each(
  ["stop", "remove", "create", "start"].flatMap((kind) => [`before:instance.${kind}`, `after:instance.${kind}`]),
)("killed %s: one container of that name, and the order goes on", async (point) => {
  const made = await atWork();
  const first = containers(made);
  const killed = await made.crew(["up", "-d", "--force-recreate", "-t", "5"], { env: { CREW_CRASH: point } });
  expect([killed.signal, killed.stderr]).toEqual(["SIGKILL", expect.stringContaining(`CREW_CRASH ${point}`)]);
  const up = await made.crew(["up", "-d"]);
  expect(up.code, up.stderr).toBe(0);
  await begun(made, point === "before:instance.stop" ? 1 : 2);
  const then = containers(made);
  expect(then).toEqual([expect.stringMatching(new RegExp(`^${made.project}-dev \\w+ role$`))]);
  const isKept = ["before:instance.stop", "after:instance.stop", "before:instance.remove"].includes(point);
  expect(then[0] === first[0]).toBe(isKept);
  expect((await made.crew(["exec", "dev", "cat", "half.txt"])).stdout).toBe("half\n");
  expect((await made.crew(["exec", "dev", "sh", "-c", 'touch "$HOME/go"'])).code).toBe(0);
  const ended = await made.crew(["up", "--wait"]);
  expect(ended.code, ended.stderr).toBe(0);
  expect(made.git("for-each-ref", `refs/crew/p/${made.project}/order/`).split("\n")).toHaveLength(1);
});
