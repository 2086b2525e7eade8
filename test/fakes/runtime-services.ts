// Services of the runtime in memory: they are healthy as soon as they run.

import {
  type ServiceOwner,
  type ServiceSpec,
  type ServiceState,
  serviceHash,
  serviceId,
} from "../../src/model/services.ts";
import { serviceFields } from "../../src/model/services-drift.ts";
import type { Runtime } from "../../src/ports/runtime.ts";

export type FakeServices = Map<string, ServiceState>;

export function fakeServices(
  services: FakeServices,
  { nowMs, changed }: { readonly nowMs: () => number; readonly changed: () => void },
): Pick<Runtime, "createService" | "startService" | "stopService" | "killService" | "pauseService" | "removeService"> {
  const end = (id: string, exitCode: number) => {
    const found = services.get(id);
    if (!found?.running) return;
    const { health: _gone, paused: _over, ...rest } = found;
    services.set(id, { ...rest, running: false, exitCode });
    changed();
  };
  return {
    createService: async (owner: ServiceOwner, spec: ServiceSpec) => {
      const id = serviceId(owner, spec.name);
      if (services.has(id)) return;
      const fields = serviceFields(spec);
      const made = {
        owner,
        name: spec.name,
        specHash: serviceHash(spec),
        fields,
        ...(spec.secrets && { secrets: spec.secrets.map(({ value: _unseen, ...grant }) => grant) }),
        running: false,
        createdAtMs: nowMs(),
      };
      services.set(id, made);
      changed();
    },
    startService: async (owner: ServiceOwner, service: string) => {
      const id = serviceId(owner, service);
      const found = services.get(id);
      if (!found) throw new Error(`there is no service ${id}`);
      const { exitCode: _before, paused: _over, ...rest } = found;
      services.set(id, { ...rest, running: true, health: "healthy", startedAtMs: nowMs() });
      changed();
    },
    stopService: async (owner, service) => end(serviceId(owner, service), 143),
    killService: async (owner, service) => end(serviceId(owner, service), 137),
    pauseService: async (owner, service) => {
      const id = serviceId(owner, service);
      const found = services.get(id);
      if (!found?.running) return;
      services.set(id, { ...found, paused: true });
      changed();
    },
    removeService: async (owner: ServiceOwner, service: string) => {
      services.delete(serviceId(owner, service));
      changed();
    },
  };
}
