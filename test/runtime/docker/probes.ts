// What an agent could try from inside its container: shell texts that end with 0 where they got what they wanted. The same text
// runs in a hardened and in an unhardened container, so that a probe which proves nothing shows.

/** What the texts look for, exported before they run. */
export interface ProbeTargets {
  readonly repository: string;
  /** Folders of the engine's machine. */
  readonly otherVolume: string;
  readonly otherSlot: string;
  readonly mailVolume: string;
  /** Where something listens. */
  readonly address: string;
  readonly port: number;
  /** How a process of another container is called. */
  readonly victim: string;
}

const connects = (address: string) =>
  `perl -MIO::Socket -e '$s = ${address} or exit 1; print $s "GET /_ping HTTP/1.0\\r\\n\\r\\n"; exit !<$s>'`;

/** Sets `pid` to the victim's, or fails. */
const findVictim = `pid=; for each in /proc/[0-9]*; do
    if [ "$(tr '\\0' ' ' <"$each/cmdline" 2>/dev/null)" = "$VICTIM " ]; then pid=\${each#/proc/}; fi
  done; [ "$pid" ]`;

const writes = (path: string) => `echo probe >>"${path}" && rm -f "${path}"`;

/** Both must be able to do this: else the texts do not run at all. */
export const allowed = "write in its own volume";

export const probes: Readonly<Record<string, string>> = {
  [allowed]: writes("$HOME/probe"),
  "mount a file system": "mkdir -p /tmp/m && mount -t tmpfs none /tmp/m && umount /tmp/m",
  "mount a folder elsewhere": "mkdir -p /tmp/m && mount --bind /etc /tmp/m && umount /tmp/m",
  "a user namespace": "unshare -U true",
  "a mount namespace": "unshare -m true",
  "become root in a namespace of its own": "unshare -Urm true",
  chroot: "chroot / true",
  "write where root owns": writes("/etc/probe"),
  "replace a program": writes("/usr/bin/probe"),
  "make a device": "mknod /tmp/device b 1 0 && rm /tmp/device",
  "give a file away": "touch /tmp/gift && chown 0:0 /tmp/gift",
  "become root": `perl -MPOSIX -e 'POSIX::setuid(0); exit($> != 0)'`,
  "gain by a setuid program": "grep -qx 'NoNewPrivs:[[:space:]]*0' /proc/self/status",
  "hold a capability, or gain one": "grep -q '^Cap[A-Z][a-z]*:.*[1-9a-f]' /proc/self/status",
  "set the kernel": ": >>/proc/sys/kernel/hostname",
  "name the machine": "hostname probe",
  "look into another container's process": `${findVictim} && ls /proc/$pid/root/ >/dev/null && cat /proc/$pid/environ >/dev/null`,
  "end another container's process": `${findVictim} && kill -9 $pid`,
  "the engine's socket": connects('IO::Socket::UNIX->new("/var/run/docker.sock")'),
  "another role's work": 'cat "$OTHER_VOLUME/work/a.txt"',
  "write another role's work": writes("$OTHER_VOLUME/work/probe"),
  "another role's mail": 'ls "$OTHER_SLOT/inbox"',
  "write another role's mail": writes("$OTHER_SLOT/inbox/new/probe"),
  "the mail volume": 'ls "$MAIL_VOLUME"',
  "the repository": 'cat "$REPOSITORY/.git/HEAD"',
  "write the repository": writes("$REPOSITORY/.git/probe"),
  "write the shared objects": writes("/opt/crew/objects/probe"),
  "open the shared objects for writing": `mount -o remount,bind,rw /opt/crew && ${writes("/opt/crew/objects/probe")}`,
  "replace crew's scripts": 'for each in /opt/crew/bin-*/supervisor.sh; do : >>"$each" || exit 1; done',
  "reach another role": connects('IO::Socket::INET->new(PeerAddr => "$ENV{ADDRESS}:$ENV{PORT}", Timeout => 3)'),
  "600 processes": `perl -e 'for (1..600) { $pid = fork; last if !defined $pid; if (!$pid) { sleep 60; exit } push @all, $pid }
    kill 9, @all; wait for @all; exit(@all < 600)'`,
  "400 MB of memory": `perl -e '$x = "x" x 400_000_000'`,
};

/** Says `probe <name>: got it` or `probe <name>: refused` for each, one after the other. */
export function probeScript(targets: ProbeTargets): string {
  const variables = {
    REPOSITORY: targets.repository,
    OTHER_VOLUME: targets.otherVolume,
    OTHER_SLOT: targets.otherSlot,
    MAIL_VOLUME: targets.mailVolume,
    ADDRESS: targets.address,
    PORT: `${targets.port}`,
    VICTIM: targets.victim,
  };
  const exports = Object.entries(variables).map(([name, value]) => `export ${name}='${value}'`);
  const runs = Object.entries(probes).map(
    ([name, text]) =>
      `if ( ${text} ) >/dev/null 2>&1; then echo "probe ${name}: got it"; else echo "probe ${name}: refused"; fi`,
  );
  return [...exports, ...runs, "true"].join("\n");
}

/** By name, from the lines that the script said. */
export function answersIn(lines: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [, name, answer] = /^probe (.*): (got it|refused)$/.exec(line.trim()) ?? [];
      return name === undefined || answer === undefined ? [] : [[name, answer]];
    }),
  );
}
