// What was killed, as a table for people: by kind and point, over the story's time, and what outlived the driver.
import type { Moment } from "./draw.ts";
import type { Kill, Told } from "./tell.ts";

export function histogram(stories: readonly Told[], kinds: readonly string[]): string {
  const kills = stories.flatMap((story) => story.kills);
  const points = kills.flatMap(({ at }) => ("part" in at ? [] : [at]));
  const moments = kills.flatMap(({ at }) => ("part" in at ? [at] : []));
  const bar = (n: number) => `${String(n).padStart(3)} ${"█".repeat(n)}`;
  const count = (kind: string, point: string) =>
    points.filter((each) => each.kind === kind && each.point === point).length;
  const rows = kinds.map((kind) =>
    `  ${kind.padEnd(16)} ${bar(count(kind, "before")).padEnd(16)} ${bar(count(kind, "after"))}`.trimEnd(),
  );
  const buckets = Array.from({ length: 10 }, (_, tenth) => {
    const inside = moments.filter(({ part }) => Math.floor(10 * part) === tenth).length;
    return `  ${String(tenth * 10).padStart(3)} %            ${bar(inside)}`.trimEnd();
  });
  const killsWhere = (isSo: (kill: Kill) => boolean) => kills.filter(isSo).length;
  const ofCommand = (command: string) => `${command} ${killsWhere(({ phase }) => phase === command)}`;
  const momentsOf = (when: Moment["when"], git: Moment["git"]) =>
    moments.filter((moment) => moment.when === when && moment.git === git).length;
  const victims = stories.flatMap((story) => story.victims);
  const along = (kind: string, isAlone: boolean) =>
    victims.filter((each) => each.kind === kind && each.isAlone === isAlone).length;
  const seconds = stories.map(({ runningMs }) => (runningMs / 1000).toFixed(0)).join(", ");
  return [
    `${kills.length} kills in ${stories.length} tellings, which took ${seconds} s`,
    `${points.length} kills of the driver at operations   before           after`,
    ...rows,
    `${moments.length} over time, by tenths of the story's operations`,
    ...buckets,
    `of these with its git children ${momentsOf("any", "killed")}; where one had locked refs ${momentsOf("held", "left")}, and that one too ${momentsOf("held", "killed")}`,
    `by command: ${[...new Set(kills.map(({ phase }) => phase))].map(ofCommand).join(", ")}`,
    `a git child outlived the driver in ${killsWhere((kill) => kill.outlived.git > 0)} kills, a supervisor in ${killsWhere((kill) => kill.outlived.supervisors > 0)}`,
    `killed with the driver: supervisors ${along("supervisor", false)}, agents ${along("agent", false)}; alone: supervisors ${along("supervisor", true)}, agents ${along("agent", true)}`,
  ].join("\n");
}
