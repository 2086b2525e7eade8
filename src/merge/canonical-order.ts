// The world with everything in one order: what adapters list first decides nothing. Pure.
import { formatOrderId } from "../model/names.ts";
import type { World } from "../model/world.ts";

export function inCanonicalOrder(world: World): World {
  const { repository, runtime } = world;
  return {
    ...world,
    repository: {
      ...repository,
      tips: byKey(repository.tips),
      branches: byKey(repository.branches),
      orders: sortedBy(repository.orders, ({ id }) => formatOrderId(id)),
      reports: sortedBy(repository.reports, ({ id }) => formatOrderId(id)),
    },
    runtime: { ...runtime, instances: byKey(runtime.instances), gates: byKey(runtime.gates) },
  };
}

function byKey<T>(map: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  return new Map(sortedBy([...map], ([key]) => key));
}

function sortedBy<T>(items: readonly T[], keyOf: (item: T) => string): readonly T[] {
  const keyed = items.map((item) => ({ item, key: keyOf(item) }));
  return keyed.sort((a, b) => (a.key === b.key ? 0 : a.key < b.key ? -1 : 1)).map(({ item }) => item);
}
