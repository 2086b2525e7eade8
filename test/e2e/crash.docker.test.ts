// What a container runtime does itself is crashed before and after its effect, by SIGKILL of the real program, on a real engine.
// The same commands again lead to the same end, and nothing is left there.
import { describe } from "vitest";
import { type Story, tellCrashes } from "./crash/told.ts";
import { aBuildStory, aDockerStory, endOfDocker } from "./docker.ts";

const story: Story = {
  name: "from nothing to the archived epic, in containers",
  kinds: [
    "volume.create",
    "volume.remove",
    "instance.create",
    "instance.start",
    "instance.stop",
    "instance.remove",
    "order.deliver",
    "report.import",
    "mail.ack",
    "gate.start",
    "gate.collect",
    "gate.remove",
    "rescue.import",
    "project.archive",
  ],
  tell: async (_bench, crew) => {
    await crew("up", "--wait");
    await crew("land");
    await crew("down");
  },
};

const built: Story = { ...story, name: "in an image that is built", kinds: ["image.build"] };

describe(built.name, () => {
  tellCrashes(built, { begin: aBuildStory, endOf: endOfDocker }, new Set());
});

describe(story.name, () => {
  tellCrashes(story, { begin: aDockerStory, endOf: endOfDocker }, new Set());
});
