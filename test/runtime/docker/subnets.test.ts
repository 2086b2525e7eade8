// A project's own range of addresses on an engine that has many networks, also after a crew that was killed while it asked for it.
import { expect, test } from "vitest";
import type { DockerContext } from "../../../src/runtimes/docker/context.ts";
import { dockerNames } from "../../../src/runtimes/docker/names.ts";
import { createNetwork } from "../../../src/runtimes/docker/networks/subnets.ts";

interface Network {
  readonly Id: string;
  readonly Name: string;
  readonly Labels: Readonly<Record<string, string>>;
  readonly IPAM: { readonly Config: readonly { readonly Subnet: string }[] };
}

/** Gives each network that chooses none the next range, and a name but once. */
function engineWith(networks: Network[]) {
  const engine = {
    listNetworks: async (query?: { readonly filters: { readonly name: readonly string[] } }) =>
      networks.filter(({ Name }) => query?.filters.name.every((part) => Name.includes(part)) ?? true),
    createNetwork: async ({ Name, Labels, IPAM }: Omit<Network, "Id">) => {
      if (networks.some((each) => each.Name === Name)) throw Object.assign(new Error("taken"), { statusCode: 409 });
      const given = { Config: [{ Subnet: `172.${networks.length}.0.0/16` }] };
      networks.push({ Id: Name, Name, Labels, IPAM: IPAM ?? given });
      return { id: Name };
    },
    getNetwork: (id: string) => ({
      inspect: async () => networks.find(({ Id }) => Id === id),
      remove: async () => {
        networks.splice(
          networks.findIndex(({ Id }) => Id === id),
          1,
        );
      },
    }),
  };
  const context = { names: dockerNames("shop", "0123"), engine: async () => engine };
  return context as unknown as DockerContext;
}

const many = (): Network[] =>
  Array.from({ length: 16 }, (_, n) => ({
    Id: `other${n}`,
    Name: `other${n}`,
    Labels: {},
    IPAM: { Config: [{ Subnet: `10.${n}.0.0/16` }] },
  }));

test.each([
  ["a killed crew left nothing", []],
  ["a killed crew left the network that it asked by", ["db.services.range"]],
])("an owner takes a part of it where %s", async (_, left) => {
  const networks = many();
  const context = engineWith(networks);
  for (const Name of left) networks.push({ Id: Name, Name, Labels: {}, IPAM: { Config: [] } });
  await createNetwork(context, { Name: "db.services", Labels: {} });
  expect(networks.slice(16).map(({ Name, IPAM }) => [Name, IPAM])).toEqual([
    ["db.services", { Config: [{ Subnet: "172.16.0.0/26" }] }],
  ]);
});
