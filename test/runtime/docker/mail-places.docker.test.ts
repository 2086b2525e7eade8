// A role's mail folders are its agent's to spoil: whatever stands in their place, what crew delivers lands nowhere else.
import { afterEach, beforeEach, expect, test } from "vitest";
import { archiveOf } from "../../../src/runtimes/docker/archive.ts";
import { until } from "../contract.ts";
import { type DockerHarness, dockerHarness } from "../docker-harness.ts";
import { order } from "../orders.ts";

let harness: DockerHarness;
beforeEach(async () => {
  harness = await dockerHarness();
});
afterEach(() => harness.close());

test("mail folders that lead into another role's slot or the shared objects are replaced, not followed", async () => {
  const { runtime, engine, project, start, container } = harness;
  for (const role of ["dev", "other"]) {
    await runtime.createVolume({ role, branch: `feature/${role}`, start });
    await runtime.createInstance({ role, environment: {}, ...(container && { container }) });
  }
  await runtime.startInstance("dev");
  await inboxOf("dev");
  const slotOf = async (role: string) =>
    (await engine.getVolume(`${project}-${role}.mail`).inspect()).Labels["dev.crew.slot"] ?? "";
  // As if the agent knew every path of the hub's.
  const spoil = `cd /crew/mail/inbox && rm -rf new msg && ln -s /mail/slots/${await slotOf("other")}/inbox/new new && ln -s /shared/objects msg`;
  const exec = await engine.getContainer(`${project}-dev`).exec({ Cmd: ["sh", "-c", spoil] });
  await exec.start({ Detach: true });
  await until("links in the place of folders", async () =>
    (await harness.again().observe()).instances.get("dev")?.mail === "unreadable" ? true : undefined,
  );
  // The engine itself follows them.
  const naive = archiveOf([{ name: "inbox/new/b-0.1.1", content: "" }]);
  await engine.getContainer(`${project}.hub`).putArchive(naive, { path: `/mail/slots/${await slotOf("dev")}` });
  expect(await inboxOf("other")).toHaveLength(1);
  await runtime.deliver("dev", order("b-1.1.1", "true", start));
  expect(await inboxOf("other")).toHaveLength(1);
  await expect(engine.getContainer(`${project}.hub`).infoArchive({ path: "/shared/objects/b-1.1.1" })).rejects.toThrow(
    "404",
  );
  await until("the report", async () => {
    const mail = (await harness.again().observe()).instances.get("dev")?.mail;
    return mail !== undefined && mail !== "unreadable" && mail.outbox.length > 0 ? true : undefined;
  });
});

async function inboxOf(role: string): Promise<readonly string[]> {
  return await until(`the inbox of ${role}`, async () => {
    const mail = (await harness.again().observe()).instances.get(role)?.mail;
    return mail === undefined || mail === "unreadable" ? undefined : mail.inbox;
  });
}
