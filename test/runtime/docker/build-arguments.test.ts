// Where packages come from is said to a build, and stays in what the engine keeps of it: so no password goes that way.
import { expect, test } from "vitest";
import { buildImage } from "../../../src/runtimes/docker/build/builder.ts";
import type { DockerContext } from "../../../src/runtimes/docker/context.ts";

function building(args: Readonly<Record<string, string>>, layer: object): Promise<void> {
  // Nothing else of it is asked for before this is refused.
  const context = { names: { repositoryId: "one" }, buildArguments: args } as unknown as DockerContext;
  const build = { dockerfile: { text: "FROM scratch\n" }, layer: { adds: "a program", on: "base", ...layer } };
  return buildImage(context, { image: "crew-build:one", build });
}

test.each([
  ["PIP_INDEX_URL", { index: "PyPI" }],
  ["NPM_CONFIG_REGISTRY", { nodeImage: "node" }],
])("an address with a password in %s is refused", async (name, layer) => {
  await expect(building({ [name]: "https://me:secret@packages.example.com/simple" }, layer)).rejects.toMatchObject({
    code: "needs-you",
    message: `${name} holds a password: whoever gets the image could read it there.`,
  });
});
