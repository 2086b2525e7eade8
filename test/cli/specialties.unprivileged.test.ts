// Files and folders of specialties that this user may not read: shown as nobody, because root may read every one.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { specialtiesBeside } from "../../src/cli/project/specialties.ts";
import { asNobody } from "../as-nobody.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "crew-specialties-"));
  chmodSync(folder, 0o755);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("what may not be read is not there, and hides nothing beside it", async () => {
  const agents = join(folder, ".claude/agents");
  mkdirSync(join(agents, "closed"), { recursive: true });
  for (const name of ["poet.md", "secret.md", "closed/cook.md"]) writeFileSync(join(agents, name), "You.");
  const source = { file: join(folder, "crew.yaml"), text: "specialty" };
  const names = () => [...(specialtiesBeside(source)?.paths.keys() ?? [])];
  expect(names()).toEqual(["cook", "poet", "secret"]);
  chmodSync(join(agents, "secret.md"), 0o000);
  chmodSync(join(agents, "closed"), 0o000);
  try {
    expect(await asNobody(names)).toEqual(["poet"]);
  } finally {
    chmodSync(join(agents, "closed"), 0o755);
  }
});
