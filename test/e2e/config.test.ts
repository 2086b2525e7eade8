// What crew config prints beside the file: the environment that it is read with, and the variables that it names.
import { afterEach, expect, test } from "vitest";
import { aBench, type Bench } from "./bench.ts";

const open: Bench[] = [];
afterEach(() => {
  for (const made of open.splice(0)) made.remove();
});

const file = `epic: "\${TITLE:-Sign-in \${PART}}"
inputs: {feature: {default: "$NONE"}}
roles:
  dev: {agent: {command: "run $LEVEL $$HOME \${feature}"}, environment: {A: "\${LEVEL:?say it}", B: "\${EXTRA:+-v}"}}
`;

test("environment and variables, as docker compose config has them", async () => {
  const made = aBench({ "crew.yaml": file, ".env": "PART=of .env\nLEVEL=low\n" });
  open.push(made);
  const config = async (...args: readonly string[]) => await made.crew(["config", ...args]);
  const { stdout } = await made.crew(["config", "--environment"], { env: { LEVEL: "high" } });
  expect(stdout.split("\n").filter((line) => /^(PART|LEVEL)=/.test(line))).toEqual(["LEVEL=high", "PART=of .env"]);
  expect((await config("--variables")).stdout).toMatchInlineSnapshot(`
    "NAME   REQUIRED  DEFAULT VALUE    ALTERNATE VALUE
    EXTRA  false                      -v
    LEVEL  true
    PART   true
    TITLE  false     Sign-in \${PART}
    "
  `);
  expect(JSON.parse((await config("--variables", "--format", "json")).stdout)[1]).toEqual({
    name: "LEVEL",
    required: true,
    default: "",
    alternate: "",
  });
  expect((await config("--environment", "--variables")).code).toBe(1);
});

test("variables are named where nothing sets them; the environment is that of a file that is right", async () => {
  const made = aBench({ "crew.yaml": file });
  open.push(made);
  expect((await made.crew(["config", "--variables"])).stdout).toContain("PART");
  const refused = await made.crew(["config", "--environment"]);
  expect([refused.code, refused.stdout, refused.stderr]).toEqual([3, "", expect.stringContaining("say it")]);
  made.write("crew.yaml", "epic: [\n");
  expect((await made.crew(["config", "--variables"])).code).toBe(3);
});
