// Services of the runtime in memory: they are healthy as soon as they run.
import {
  type ServiceOwner,
  type ServiceSpec,
  type ServiceState,
  serviceHash,
  serviceId,
} from "../../src/model/services.ts";
import type { Runtime } from "../../src/ports/runtime.ts";

export type FakeServices = Map<string, ServiceState>;

export function fakeServices(
  services: FakeServices,
  { nowMs, changed }: { readonly nowMs: () => number; readonly changed: () => void },
): Pick<Runtime, "createService" | "startService" | "removeService"> {
  return {
    createService: async (owner: ServiceOwner, spec: ServiceSpec) => {
      const id = serviceId(owner, spec.name);
      if (services.has(id)) return;
      const made = { owner, name: spec.name, specHash: serviceHash(spec), running: false, createdAtMs: nowMs() };
      services.set(id, made);
      changed();
    },
    startService: async (owner: ServiceOwner, service: string) => {
      const id = serviceId(owner, service);
      const found = services.get(id);
      if (!found) throw new Error(`there is no service ${id}`);
      services.set(id, { ...found, running: true, health: "healthy" });
      changed();
    },
    removeService: async (owner: ServiceOwner, service: string) => {
      services.delete(serviceId(owner, service));
      changed();
    },
  };
}
