// Every check of `crew doctor`: what was seen → what is wrong, with the command that mends it. Pure.
import type { Finding, Health, LeaseSight, ProjectHealth } from "../model/health.ts";

type Check = (health: Health) => readonly Finding[];

export function diagnose(health: Health): readonly Finding[] {
  return checks.flatMap((check) => check(health));
}

const programs: Check = ({ machine }) => {
  const missing: Finding[] = [];
  const install = (subject: string, what: string) =>
    missing.push({
      kind: "machine",
      subject,
      reason: `There is no ${subject}: ${what}`,
      commands: [`install ${subject}`],
    });
  if (machine.git === undefined) install("git", "crew needs 2.39 or newer");
  if (!machine.hasShell) install("sh", "every instance needs it at /bin/sh");
  if (!machine.hasSetsid) install("setsid", "without it an agent's children can outlive a stop");
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
      commands: ["crew gc", `df -h ${quoted(path)}`],
    }));

const places: Check = ({ machine, refusal, file }) => [
  ...(machine.state ? [problem("machine", "state directory", machine.state)] : []),
  ...(refusal ? [problem("repository", "repository", refusal)] : []),
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
      const isUp = projects.some((each) => each.name === project && isWorkLeft(each));
      const reason = `${what} is held by a dead process (${holder}); whoever comes next takes it`;
      return [{ ...about, reason, commands: [...(isUp ? [`crew -p ${project} up`] : []), free] }];
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
  projects.filter(isWorkLeft).map(({ name }) => ({
    kind: "undriven",
    subject: name,
    reason: `Nobody is driving ${name}, and work is left`,
    commands: [`crew ${projects.length > 1 ? `-p ${name} ` : ""}up`],
  }));

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
      ? { ...about, reason: `${path} is left from a git that has ended`, commands: [`rm ${quoted(path)}`] }
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
          reason: `The repository lacks ${missing.length === 1 ? "an object" : `${missing.length} objects`} of crew's records: ${missing.slice(0, 3).join(", ")}${missing.length > 3 ? ", …" : ""}`,
          commands: ["git fsck --connectivity-only", "git fetch <a clone that has them>"],
        },
      ];

const roles: Check = ({ projects }) =>
  projects.flatMap(({ name, unreadable, broken, bare }) => [
    ...unreadable.map(
      (role): Finding => ({
        kind: "mailbox",
        subject: role,
        reason: `The mailbox of ${role} (${name}) cannot be read: nothing is sent to it`,
        commands: [`crew -p ${name} logs ${role}`, `crew -p ${name} down`],
      }),
    ),
    ...broken.map(
      ({ role, reason }): Finding => ({
        kind: "instance",
        subject: role,
        reason: `${role} (${name}) cannot work: ${reason}`,
        commands: [`crew -p ${name} logs ${role}`, `crew -p ${name} down`],
      }),
    ),
    ...bare.map(
      (role): Finding => ({
        kind: "instance",
        subject: role,
        reason: `${role} (${name}) has a folder and no instance, or a record of it that cannot be read`,
        commands: [`crew -p ${name} up`, `crew -p ${name} down -v`],
      }),
    ),
  ]);

const strays: Check = ({ strays: seen, projects }) =>
  seen.map(({ pid, project, instance }) => ({
    kind: "process",
    subject: String(pid),
    reason: `Process ${pid} belongs to ${instance} of ${project}, which does not run`,
    commands: [...(projects.some(({ name }) => name === project) ? [`crew -p ${project} down`] : []), `kill ${pid}`],
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
    const reason = `The folder of ${project}, ${path}, says that its repository is ${objectDirectory}, which is gone`;
    return [{ ...about, reason, commands: [`ls ${quoted(path)}/roles`, `rm -r ${quoted(path)}`] }];
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

/** As a shell reads it. */
function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
