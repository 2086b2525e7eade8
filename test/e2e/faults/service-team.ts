// A team whose roles and gate run beside services: each has a database of its own, and one greeter is everybody's.
import { aDockerTeam, type DockerTeam } from "./docker-team.ts";

const database = `mkdir -p /tmp/w /data; [ -e /data/id ] || cat /proc/sys/kernel/random/uuid > /data/id; cp /data/id /tmp/w/id; exec httpd -f -p 8080 -h /tmp/w`;
const greeter = `mkdir -p /tmp/w; echo hello > /tmp/w/id; exec httpd -f -p 8080 -h /tmp/w`;

/** However slowly it begins. */
const answers = `test: "wget -q -O /dev/null http://127.0.0.1:8080/id", start_period: 60s`;

export interface Services {
  /** Of the database. */
  readonly command?: string;
  readonly health?: string;
}

export function serviceFile({ command = database, health }: Services = {}): string {
  return `
name: team
epic: {title: Two files, base: main}
tasks:
  one: {title: "Write one.txt", role: one}
  two: {title: "Write two.txt", role: two}
defaults:
  image: crew-test-base:bookworm
  agent: {command: sh agent.sh, max_attempts: 2}
roles:
  one: {services: [db, greeter]}
  two: {services: [db, greeter]}
gates: {files: {run: sh gate.sh, services: [db], network: none}}
services:
  db:
    image: crew-test-tiny:busybox
    command: [sh, -c, ${JSON.stringify(command)}]
    healthcheck: {${health === undefined ? answers : `test: ${JSON.stringify(health)}`}, interval: 500ms, retries: 3}
    stop_grace_period: 1s
    volumes: ["data:/data"]
  greeter:
    image: crew-test-tiny:busybox
    shared: true
    command: [sh, -c, ${JSON.stringify(greeter)}]
    stop_grace_period: 1s
volumes: {data: }
runtime: docker
tracker: git
`.trimStart();
}

/** What the service of that name answers. */
const ask = `perl -MIO::Socket::INET -e '
$s = IO::Socket::INET->new(PeerAddr => $ARGV[0], PeerPort => 8080, Timeout => 5) or die "no $ARGV[0]: $!\\n";
print $s "GET /id HTTP/1.0\\r\\n\\r\\n"; @lines = <$s>; print $lines[-1]' "$1"
`;

const agent = `
if [ -e "$CREW_ROLE.sh" ]; then exec sh "$CREW_ROLE.sh"; fi
file=$(sed -n 's/^Bead: .*Write //p' | head -n 1)
{ sh ask.sh db; sh ask.sh greeter; } > "$file" || exit 1
git add -- "$file"
git commit -qm "Write $file"
`.trimStart();

/** Nobody answers for the name of what is not there, and the resolver would wait for its ten seconds. */
const gate = 'sh ask.sh db && ! RES_OPTIONS="timeout:1 attempts:1" sh ask.sh greeter\n';

export function aServiceTeam(services?: Services, files: Readonly<Record<string, string>> = {}): DockerTeam {
  const own = { "crew.yaml": serviceFile(services), "agent.sh": agent, "ask.sh": ask };
  return aDockerTeam({ ...own, "gate.sh": gate, ...files });
}
