// Every check of `crew doctor`: what was seen → what is wrong, with the command that mends it. Pure.
import type { Finding, Health, LeaseSight, ProjectHealth } from "../model/health.ts";
import { shellLine, shellWord } from "../model/shell.ts";

type Check = (health: Health) => readonly Finding[];

export function diagnose(health: Health): readonly Finding[] {
  return checks.flatMap((check) => check(health));
}

/** Each system has its own command to install them. */
const programs: Check = ({ machine }) => {
  const missing: Finding[] = [];
  const install = (subject: string, what: string) =>
    missing.push({ kind: "machine", subject, reason: `There is no ${subject}: ${what}`, commands: [] });
  if (machine.git === undefined) install("git", "install git 2.39 or newer");
  if (!machine.hasShell) install("sh", "every instance needs it at /bin/sh");
  if (!machine.hasSetsid) install("setsid", "without it an agent's children can outlive a stop; it is in util-linux");
  return missing;
};

/** Room for a clone or two, and for git to finish what it has begun. */
const leastBytes = 512 * 1024 * 1024;

const disks: Check = ({ machine }) =>
  machine.disks
    .filter(({ freeBytes }) => freeBytes < leastBytes)
    .map(({ path, freeBytes }) => ({
      kind: "disk",
      subject: path,
      reason: `Only ${Math.floor(freeBytes / 1024 / 1024)} MiB are free at ${path}`,
      commands: ["crew gc", `df -h ${shellWord(path)}`],
    }));

const places: Check = ({ machine, refusals, file, noEngine }) => [
  ...(machine.state ? [problem("machine", "state directory", machine.state)] : []),
  ...(noEngine ? [problem("machine", "Docker engine", noEngine)] : []),
  ...refusals.map((refusal) => problem("repository", "repository", refusal)),
  ...(file ? [problem("file", "crew.yaml", file)] : []),
];

const records: Check = ({ projects, strangeRefs }) => [
  ...strangeRefs.map(
    ({ ref, oid }): Finding => ({
      kind: "records",
      subject: ref,
      reason: `${ref} is nothing that this version of crew writes`,
      commands: [`git show ${ref}`, `git update-ref -d ${ref} ${oid}`],
    }),
  ),
  ...projects.flatMap(({ name, problem: found, file }) => [
    // Where a strange ref is the reason, it has been told.
    ...(found && !strangeRefs.some(({ ref }) => ref.startsWith(`refs/crew/p/${name}/`))
      ? [problem("records", name, found)]
      : []),
    ...(file ? [problem("file", name, file)] : []),
  ]),
];

const leases: Check = ({ leases: seen, projects }) => seen.flatMap((lease) => leaseFinding(lease, projects));

function leaseFinding(lease: LeaseSight, projects: readonly ProjectHealth[]): readonly Finding[] {
  const { ref, oid, project, name, state, holder } = lease;
  const what = name === "driver" ? `Driving ${project}` : `The lock of ${project}`;
  const about = { kind: "lease", subject: ref } as const;
  const free = `git update-ref -d ${ref} ${oid}`;
  switch (state) {
    case "living":
      return [];
    case "dead": {
      const left = projects.find((each) => each.name === project && isWorkLeft(each));
      const reason = `${what} is held by a dead process (${holder}); whoever comes next takes it`;
      return [{ ...about, reason, commands: [...(left ? [up(left)] : []), free] }];
    }
    case "elsewhere": {
      const reason = `${what} is held from another machine (${holder}); nobody here can tell whether it lives`;
      return [{ ...about, reason, commands: [free] }];
    }
    case "unreadable":
      return [{ ...about, reason: `${what} is held, and the record does not say by whom`, commands: [free] }];
  }
}

const driving: Check = ({ projects }) =>
  projects.filter(isWorkLeft).map((project) => ({
    kind: "undriven",
    subject: project.name,
    reason: `Nobody is driving ${project.name}, and work is left`,
    commands: [projects.length > 1 || project.fileFlag !== undefined ? up(project) : "crew up"],
  }));

function up({ name, fileFlag }: Pick<ProjectHealth, "name" | "fileFlag">): string {
  return shellLine(["crew", ...(fileFlag === undefined ? [] : ["-f", fileFlag]), "-p", name, "up"]);
}

function isWorkLeft({ outlook, isDriven }: ProjectHealth): boolean {
  return outlook === "working" && !isDriven;
}

/** Never removed by crew: only a person can know that no git of another machine holds it. */
const locks: Check = ({ locks: paths, gits }) =>
  paths.map((path) => {
    const about = { kind: "lock", subject: path } as const;
    const isFree = gits?.length === 0;
    const holders = gits?.map(({ pid, command }) => `${command} (pid ${pid})`).join(", ");
    return isFree
      ? { ...about, reason: `${path} is left from a git that has ended`, commands: [`rm ${shellWord(path)}`] }
      : {
          ...about,
          reason: `${path} is held${holders ? ` by ${holders}` : ", or left from a git that has ended"}`,
          commands: gits ? gits.map(({ pid }) => `ps -fp ${pid}`) : ["ps -A"],
        };
  });

const objects: Check = ({ missing }) =>
  missing.length === 0
    ? []
    : [
        {
          kind: "objects",
          subject: "objects",
          reason: `The repository lacks ${missing.length === 1 ? "an object" : `${missing.length} objects`} of crew's records: ${missing.slice(0, 3).join(", ")}${missing.length > 3 ? ", …" : ""}; fetch from a clone that has ${missing.length === 1 ? "it" : "them"}`,
          commands: ["git fsck --connectivity-only"],
        },
      ];

const roles: Check = ({ projects }) =>
  projects.flatMap(({ unreadable, broken, bare, ...project }) => [
    ...unreadable.map(
      (role): Finding => ({
        kind: "mailbox",
        subject: role,
        reason: `The mailbox of ${role} (${project.name}) cannot be read: nothing is sent to it`,
        commands: [`crew -p ${project.name} logs ${role}`, `crew -p ${project.name} down`, up(project)],
      }),
    ),
    ...broken.map(
      ({ role, reason }): Finding => ({
        kind: "instance",
        subject: role,
        reason: `${role} (${project.name}) cannot work: ${reason}`,
        commands: [`crew -p ${project.name} logs ${role}`, `crew -p ${project.name} down`, up(project)],
      }),
    ),
    ...bare.map(
      (role): Finding => ({
        kind: "instance",
        subject: role,
        reason: `${role} (${project.name}) has a folder and no instance, or a record of it that cannot be read`,
        commands: [up(project)],
      }),
    ),
  ]);

const strays: Check = ({ strays: seen, projects }) =>
  seen.map(({ pid, project, instance, isKept }) => ({
    kind: "process",
    subject: String(pid),
    reason: `Process ${pid} belongs to ${instance} of ${project}, which does not run`,
    commands: [
      ...(isKept && projects.some(({ name }) => name === project) ? [`crew -p ${project} down`] : []),
      `kill ${pid}`,
    ],
  }));

const leftovers: Check = ({ leftovers: paths, folders }) => [
  ...(paths.length > 0
    ? [
        {
          kind: "leftover" as const,
          subject: paths[0] ?? "",
          reason: `Killed processes left ${paths.length === 1 ? (paths[0] ?? "") : `${paths.length} files and folders in the git directory`}`,
          commands: ["crew gc"],
        },
      ]
    : []),
  ...folders.flatMap(({ path, project, kind, roles: held, objectDirectory }): readonly Finding[] => {
    const about = { kind: "leftover", subject: path } as const;
    if (kind === "lost") {
      const command = held.length > 0 ? `crew gc -p ${project}` : "crew gc";
      return [{ ...about, reason: `The folder of ${project}, ${path}, has no refs any more`, commands: [command] }];
    }
    if (kind !== "orphan") return [];
    const where = `The folder of ${project}, ${path}, says that its repository is ${objectDirectory}, which is not there`;
    if (held.length === 0) return [{ ...about, reason: where, commands: [`rm -r ${shellWord(path)}`] }];
    const reason = `${where}: move the repository back, or copy what you need out of the folder`;
    return [{ ...about, reason, commands: [`ls ${shellWord(path)}/roles`] }];
  }),
];

const checks: readonly Check[] = [
  programs,
  disks,
  places,
  records,
  leases,
  driving,
  locks,
  objects,
  roles,
  strays,
  leftovers,
];

function problem(kind: Finding["kind"], subject: string, { message, hint }: NonNullable<Health["file"]>): Finding {
  return { kind, subject, reason: message, commands: hint === undefined ? [] : hint.split("\n") };
}
