// What a container runtime does itself is crashed before and after its effect, by SIGKILL of the real program, on a real engine.
// The same commands again lead to the same end, and nothing is left there.
import { describe, expect } from "vitest";
import type { Bench } from "./bench.ts";
import { type Story, tellCrashes } from "./crash/told.ts";
import {
  aBuildStory,
  aDockerStory,
  aServiceStory,
  type DockerBench,
  dockerFile,
  endOfDocker,
  setupImagesOf,
} from "./docker.ts";
import type { Outcome } from "./outcome.ts";
import { storyAgent, storyFile } from "./story.ts";

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

const served: Story = {
  ...story,
  name: "beside a service",
  kinds: ["service.create", "service.start", "service.remove"],
};

describe(served.name, () => {
  tellCrashes(served, { begin: aServiceStory, endOf: endOfDocker }, new Set());
});

describe(built.name, () => {
  tellCrashes(built, { begin: aBuildStory, endOf: endOfDocker }, new Set());
});

const setups: Story = {
  name: "a setup that is kept as an image, and once more when a merged bead has changed its key file",
  kinds: ["setup.start", "image.commit", "image.remove", "setup.remove"],
  files: {
    "crew.yaml": dockerFile(storyFile)
      .replace("reader: {into: writer}", "reader: {}")
      .replace("defaults:", "defaults:\n  setup: {run: 'sleep 1; cp lock made', key: [lock]}"),
    "agent.sh": `cmp lock made || exit 1\n${storyAgent}echo "$file" >lock\ngit commit -qam "Lock $file"\n`,
    "gate.sh": "cmp lock made\n",
    lock: "a lock\n",
    ".gitignore": "made\n",
  },
  tell: story.tell,
};

async function endWithImages(bench: Bench): Promise<Outcome> {
  const images = setupImagesOf((bench as DockerBench).project);
  expect(images).toEqual([expect.stringMatching(/^crew-setup:/), expect.stringMatching(/^crew-setup:/)]);
  return await endOfDocker(bench);
}

describe(setups.name, () => {
  tellCrashes(setups, { begin: aDockerStory, endOf: endWithImages }, new Set());
});

describe(story.name, () => {
  // Those of instances are met at both by recreate.docker.test.ts, and on processes all of them are.
  tellCrashes({ ...story, atOnePoint: true }, { begin: aDockerStory, endOf: endOfDocker }, new Set());
});
