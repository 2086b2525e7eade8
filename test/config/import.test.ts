// Compose files with agents → crew files: the whole text for one as such set-ups look, then what each peculiarity becomes.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type ComposeSource, importCompose } from "../../src/config/compose/import.ts";
import { formatProblems, loadCrew } from "../../src/config/load.ts";
import { importLines } from "../../src/ui/import.ts";
import { renderLines } from "../../src/ui/lines.ts";
import compose from "../docs/compose-5.5.json" with { type: "json" };

const sample = readFileSync(join(import.meta.dirname, "samples", "compose.agents.yml"), "utf8");

function imported(text: string, options: Partial<ComposeSource> = {}) {
  const source = { file: "/shop/compose.agents.yml", crewFile: "/shop/crew.yaml", env: {}, dotEnv: {}, roles: [] };
  return importCompose({ ...source, ...options, text });
}

/** What is said of each key that is not kept. */
function notes(text: string, options: Partial<ComposeSource> = {}): readonly string[] {
  const { notes, problems } = imported(text, options);
  expect(problems).toEqual([]);
  const told = notes.filter(({ fate }) => fate !== "kept");
  return told.map(({ line, column, key, fate, words }) => `${line}:${column} ${key} ${fate}: ${words}`);
}

/** The crew file without its comments; it must be one that `crew config` takes. */
function crewFile(text: string, options: Partial<ComposeSource> = {}): string {
  const result = imported(text, options);
  expect(formatProblems(result.problems, { text })).toBe("");
  const written = result.text ?? "";
  const { problems } = loadCrew({ file: "/shop/crew.yaml", text: written, env: options.env ?? {}, inputs: {} });
  expect(formatProblems(problems, { text: written })).toBe("");
  return written.replace(/^#.*\n/gm, "").trim();
}

function problems(text: string, options: Partial<ComposeSource> = {}): string {
  return formatProblems(imported(text, options).problems, { text });
}

const agent = (keys: string) =>
  `services:\n  agent:\n    environment: [AGENT_ID, BRANCH]\n${keys.replace(/^/gm, "    ")}\n`;

test("the whole crew file of a set-up with one agent service", () => {
  const roles = [
    { name: "backend", branch: "feature/backend" },
    { name: "frontend", branch: "feature/frontend" },
  ];
  crewFile(sample, { roles });
  expect(imported(sample, { roles }).text).toMatchInlineSnapshot(`
    "# From compose.agents.yml, by crew import. Look it over, then: crew plan

    name: myapp
    # What the agents make together, in a few words.
    epic: Work on myapp
    defaults:
      agent: claude
      build:
        context: .
        dockerfile: Dockerfile.agent
        args:
          NODE_VERSION: \${NODE_VERSION:-22}
      image: myapp-agent:latest
      environment:
        ANTHROPIC_API_KEY:
        GITHUB_TOKEN:
        NODE_ENV: \${NODE_ENV:-development}
        API_URL:
      env_file: .env.agents
      volumes:
        - npm-cache:/home/agent/.npm
        - ./prompts:/prompts:ro
      cpus: "2.0"
      mem_limit: 4G
      pids_limit: 200
      shm_size: 1gb
      cap_add:
        - NET_BIND_SERVICE
      services:
        - db
    # Another agent is another line: name: {branch: feature/name}
    roles:
      backend:
        branch: feature/backend
        environment:
          AGENT_LABEL: agent backend on feature/backend
      frontend:
        branch: feature/frontend
        environment:
          AGENT_LABEL: agent frontend on feature/frontend
    services:
      db:
        shared: true
        image: postgres:17
        environment:
          POSTGRES_PASSWORD: dev
        healthcheck:
          test:
            - CMD
            - pg_isready
          interval: 2s
          retries: 15
        volumes:
          - db-data:/var/lib/postgresql/data
    volumes:
      npm-cache:
      db-data:

    # What is to be done, and by whom; or plan it in beads.
    # tasks:
    #   one: {title: The first thing to do, role: ROLE}

    # Commands that must pass before anything is merged.
    # gates: [npm test]
    "
  `);
});

test("what is said of each of its keys", () => {
  const view = { ...imported(sample), file: "compose.agents.yml", written: "crew.yaml", notYet: 0, dotEnv: undefined };
  expect(renderLines(importLines(view), { width: Number.POSITIVE_INFINITY, color: false })).toMatchInlineSnapshot(`
    "compose.agents.yml:2:1  version  left out: Compose itself reads it no more
    compose.agents.yml:4:1  x-limits  left out: it is yours
    compose.agents.yml:5:3  deploy.resources.limits.cpus  → cpus
    compose.agents.yml:6:3  deploy.resources.limits.memory  → mem_limit
    compose.agents.yml:7:3  deploy.resources.limits.pids  → pids_limit
    compose.agents.yml:17:5  container_name  left out: crew names containers itself, by project and role
    compose.agents.yml:18:5  hostname  left out: crew names containers itself
    compose.agents.yml:19:5  working_dir  left out: agents start in their clone
    compose.agents.yml:21:9  environment.AGENT_ID  left out: is the role's name, which crew gives as CREW_ROLE
    compose.agents.yml:22:9  environment.BRANCH  left out: is the role's branch
    compose.agents.yml:23:9  environment.REPO_URL  left out: crew works from the repository that you stand in, and clones it into each instance
    compose.agents.yml:31:9  volumes[0]  left out: crew keeps each role's clone in a volume of its own, however many roles there are
    compose.agents.yml:33:9  volumes[2]  left out: crew pushes itself, as you; an agent needs no credentials of yours, and crew gives it an author
    compose.agents.yml:34:9  volumes[3]  left out: crew clones the repository into the instance; no agent writes in your checkout
    compose.agents.yml:36:9  volumes[5]  refused: whoever has the engine's socket is root on the host; crew runs the containers, from outside
    compose.agents.yml:38:7  deploy.replicas  left out: one role is one container: name more roles
    compose.agents.yml:41:9  deploy.resources.reservations  left out: crew knows limits only
    compose.agents.yml:44:15  cap_add: SYS_ADMIN  refused: it leads out of the container
    compose.agents.yml:45:5  privileged  refused: a privileged container is root on the host
    compose.agents.yml:46:5  network_mode  refused: an instance shares no network with the host or with another container
    compose.agents.yml:47:5  depends_on  → services: a role runs beside all of them
    compose.agents.yml:50:5  restart  left out: crew starts a role again, and holds one back that keeps ending
    compose.agents.yml:51:5  stdin_open  left out: an agent gets its prompt as a file on stdin, which then ends
    compose.agents.yml:52:5  tty  left out: an agent runs without a terminal
    compose.agents.yml:53:5  command  → agent: claude; crew gives the program its arguments, and the prompt on stdin
    compose.agents.yml:56:5  services.db.container_name  left out: crew names containers itself
    compose.agents.yml:67:3  volumes.agent-1-work  left out: crew makes one for each role's work, however many roles there are
    compose.agents.yml:68:3  volumes.agent-2-work  left out: crew makes one for each role's work, however many roles there are
    compose.agents.yml:69:3  volumes.agent-3-work  left out: crew makes one for each role's work, however many roles there are
    compose.agents.yml:70:3  volumes.agent-4-work  left out: crew makes one for each role's work, however many roles there are
    compose.agents.yml  kept as they are: build, image, environment, env_file, volumes, shm_size, cap_add
    Wrote crew.yaml: 1 role, agent.
      For more: crew import compose.agents.yml --role NAME=BRANCH, once for each
      Next: crew config -q, then crew plan
    "
  `);
});

test("several services with an id each are several roles, what they share stands once", () => {
  const file = `
name: shop
services:
  agent-1:
    image: node:24
    environment: {AGENT_ID: backend, BRANCH: feature/api, NODE_ENV: test}
    cpus: 2
    volumes: ["agent-1-work:/workspace"]
  agent-2:
    image: node:24
    environment: {AGENT_ID: "2", BRANCH: feature/web, NODE_ENV: test, PORT: 3000}
    cpus: 4
    volumes: ["agent-2-work:/workspace"]
volumes: {agent-1-work: {}, agent-2-work: {}}
`;
  expect(crewFile(file)).toMatchInlineSnapshot(`
    "name: shop
    epic: Work on shop
    defaults:
      image: node:24
      environment:
        NODE_ENV: test
    roles:
      backend:
        branch: feature/api
        cpus: 2
      agent-2:
        branch: feature/web
        environment:
          PORT: "3000"
        cpus: 4"
  `);
});

test("roles come from lists in .env where nobody asks for others; its other values stay there", () => {
  const dotEnv = {
    AGENT_ID: "backend,frontend",
    BRANCH: "feature/b,feature/f",
    API_KEY: "secret",
    TAG: "24",
    LEFT: "x",
  };
  const file = agent("image: node:${TAG}\ncommand: my-agent").replace("BRANCH]", 'BRANCH, "API_KEY=${API_KEY}"]');
  expect(crewFile(file, { dotEnv })).toMatchInlineSnapshot(`
    "epic: Work on this repository
    defaults:
      agent:
        command: my-agent
      environment:
        API_KEY:
      image: node:\${TAG:-}
    roles:
      backend:
        branch: feature/b
      frontend:
        branch: feature/f"
  `);
  expect(imported(file, { dotEnv }).fromDotEnv).toEqual(["API_KEY", "TAG"]);
  expect(imported(file, { dotEnv }).text).not.toContain("secret");
  expect(imported(file, { dotEnv, roles: [{ name: "api" }] }).roles.map(({ name }) => name)).toEqual(["api"]);
});

test("variables are kept; one that Compose would take for empty is still empty, and the agent's own are put in", () => {
  const file = agent(
    'image: "$REGISTRY/node:${TAG:-24}"\nlabels: {who: "${AGENT_ID:?}", cost: "$$5", deep: "${A:-${B}}"}\nmem_limit: ${MEM:?say how much}',
  );
  expect(crewFile(file, { roles: [{ name: "api" }], env: { MEM: "1g" } })).toMatchInlineSnapshot(`
    "epic: Work on this repository
    defaults:
      image: \${REGISTRY:-}/node:\${TAG:-24}
      labels:
        cost: $$5
        deep: \${A:-\${B:-}}
      mem_limit: \${MEM:?say how much}
    roles:
      api:
        labels:
          who: api"
  `);
});

test("a secret's value is not copied", () => {
  const file = agent("image: a").replace(
    "BRANCH]",
    "BRANCH, ANTHROPIC_API_KEY=sk-ant-1, DB_PASSWORD=hunter2, PORT=80]",
  );
  expect(crewFile(file)).not.toMatch(/sk-ant|hunter2/);
  expect(notes(file).slice(2)).toMatchInlineSnapshot(`
    [
      "3:37 environment.ANTHROPIC_API_KEY becomes: without its value, which does not belong in a file that you check in: export it before crew up",
      "3:65 environment.DB_PASSWORD becomes: without its value, which does not belong in a file that you check in: export it before crew up",
    ]
  `);
});

test("each way to run an agent becomes a preset, a command, or nothing", () => {
  const becomes = (command: string): unknown => {
    const text = imported(agent(`image: a\n${command}`), { roles: [{ name: "x" }] }).text ?? "";
    const { preset, command: own } =
      loadCrew({ file: "/shop/crew.yaml", text, env: {}, inputs: {} }).canonical?.roles.x?.agent ?? {};
    return own ?? (text.includes("agent:") ? preset : "nothing");
  };
  expect(
    Object.fromEntries(
      [
        "command: claude -p",
        "command: [/usr/local/bin/codex, exec]",
        "command: sleep infinity",
        "command: tail -f /dev/null",
        'command: sh -c "git clone $$REPO_URL . && git checkout $$BRANCH && claude -p hello"',
        'command: sh -c "git clone $$REPO_URL ."',
        "command: ./run-agent.sh ${AGENT_ID}",
        "command: [my-agent, --headless]",
        "command: my-agent --headless",
        "entrypoint: [/entrypoint.sh]\ncommand: gemini",
        "entrypoint: /entrypoint.sh",
        "entrypoint: [claude]\ncommand: [-p, hello]",
        "entrypoint: [sh, -c]\ncommand: my-agent",
        "command: my-agent --backend claude",
        "command: [bash, -lc, 'cd /work; exec npx -y @anthropic-ai/claude-code -p']",
        "command: node /app/gemini.js",
        "command:",
      ].map((line) => [line, becomes(line)]),
    ),
  ).toMatchInlineSnapshot(`
    {
      "command:": "nothing",
      "command: ./run-agent.sh \${AGENT_ID}": "nothing",
      "command: [/usr/local/bin/codex, exec]": "codex",
      "command: [bash, -lc, 'cd /work; exec npx -y @anthropic-ai/claude-code -p']": "claude",
      "command: [my-agent, --headless]": [
        "my-agent",
        "--headless",
      ],
      "command: claude -p": "claude",
      "command: my-agent --backend claude": "my-agent --backend claude",
      "command: my-agent --headless": "my-agent --headless",
      "command: node /app/gemini.js": "node /app/gemini.js",
      "command: sh -c "git clone $$REPO_URL . && git checkout $$BRANCH && claude -p hello"": "claude",
      "command: sh -c "git clone $$REPO_URL ."": "nothing",
      "command: sleep infinity": "nothing",
      "command: tail -f /dev/null": "nothing",
      "entrypoint: /entrypoint.sh": "nothing",
      "entrypoint: [/entrypoint.sh]
    command: gemini": "gemini",
      "entrypoint: [claude]
    command: [-p, hello]": "claude",
      "entrypoint: [sh, -c]
    command: my-agent": "my-agent",
    }
  `);
});

test("what would open the host to an agent is refused, and nothing of it is in the file", () => {
  const file = agent(
    [
      "image: a",
      "privileged: true",
      "network_mode: host",
      "pid: host",
      "ipc: host",
      "userns_mode: host",
      "user: root",
      "devices: [/dev/kvm]",
      "cap_add: [ALL]",
      "security_opt: [seccomp=unconfined, no-new-privileges]",
      "volumes:",
      "  - /var/run/docker.sock:/var/run/docker.sock",
      "  - {type: bind, source: /run/podman/podman.sock, target: /sock}",
      "  - /:/host",
      "  - /etc:/etc/host:ro",
      "  - /etc/localtime:/etc/localtime:ro",
      "  - ~:/home/you",
      "  - ~/.ssh:/home/agent/.ssh",
      "  - ..:/up",
      "  - ${PWD}:/here",
      "  - ./docs:/docs:ro",
    ].join("\n"),
  );
  const options = { env: { PWD: "/shop" } };
  expect(notes(file, options)).toMatchInlineSnapshot(`
    [
      "3:19 environment.AGENT_ID left out: is the role's name, which crew gives as CREW_ROLE",
      "3:29 environment.BRANCH left out: is the role's branch",
      "5:5 privileged refused: a privileged container is root on the host",
      "6:5 network_mode refused: an instance shares no network with the host or with another container",
      "7:5 pid refused: an instance shares no namespace with the host or with another container",
      "8:5 ipc refused: an instance shares no namespace with the host or with another container",
      "9:5 userns_mode refused: an instance shares no namespace with the host or with another container",
      "10:5 user refused: an agent does not run as root",
      "11:5 devices refused: an agent gets no device of the host",
      "12:15 cap_add: ALL refused: it leads out of the container",
      "13:20 security_opt: seccomp=unconfined refused: it takes away what holds an agent in",
      "15:9 volumes[0] refused: whoever has the engine's socket is root on the host; crew runs the containers, from outside",
      "16:9 volumes[1] refused: whoever has the engine's socket is root on the host; crew runs the containers, from outside",
      "17:9 volumes[2] refused: / is the host's: an agent would have the machine",
      "18:9 volumes[3] refused: /etc is the host's: an agent would have the machine",
      "20:9 volumes[5] refused: ~ is the host's: an agent would have the machine",
      "21:9 volumes[6] left out: crew pushes itself, as you; an agent needs no credentials of yours, and crew gives it an author",
      "22:9 volumes[7] left out: crew clones the repository into the instance; no agent writes in your checkout",
      "23:9 volumes[8] left out: crew clones the repository into the instance; no agent writes in your checkout",
    ]
  `);
  expect(crewFile(file, options)).toMatchInlineSnapshot(`
    "epic: Work on this repository
    defaults:
      image: a
      security_opt:
        - no-new-privileges
      volumes:
        - /etc/localtime:/etc/localtime:ro
        - ./docs:/docs:ro
    roles:
      agent: {}"
  `);
});

test("a container that shares nothing is not refused for saying so", () => {
  expect(notes(agent("image: a\nprivileged: false\ndevices: []\nipc: private")).slice(2)).toMatchInlineSnapshot(`
    [
      "5:5 privileged left out: crew never does that",
      "6:5 devices left out: crew never does that",
      "7:5 ipc left out: crew never does that",
    ]
  `);
});

test("each agent's own volume is its own in the crew file too, however many there are", () => {
  const file = `${agent("image: a\nvolumes: ['cache-${AGENT_ID}:/cache', 'shared:/shared']")}volumes: {shared: {driver: local}, cache-1: , cache-2: }\n`;
  const roles = ["a", "b", "c", "d", "e"].map((name) => ({ name }));
  expect(crewFile(file, { roles })).toMatchInlineSnapshot(`
    "epic: Work on this repository
    defaults:
      image: a
    roles:
      a:
        volumes:
          - cache-a:/cache
          - shared:/shared
      b:
        volumes:
          - cache-b:/cache
          - shared:/shared
      c:
        volumes:
          - cache-c:/cache
          - shared:/shared
      d:
        volumes:
          - cache-d:/cache
          - shared:/shared
      e:
        volumes:
          - cache-e:/cache
          - shared:/shared
    volumes:
      cache-a:
      shared:
        driver: local
      cache-b:
      cache-c:
      cache-d:
      cache-e:"
  `);
});

test("a folder of the host for each agent's clone is left out as a volume would be", () => {
  const file = agent("image: a\nvolumes: ['./agents/${AGENT_ID}:/workspace', './agents/${AGENT_ID}/cache:/cache']");
  expect(crewFile(file, { roles: [{ name: "a" }] })).toMatchInlineSnapshot(`
    "epic: Work on this repository
    defaults:
      image: a
    roles:
      a:
        volumes:
          - ./agents/a/cache:/cache"
  `);
});

test("what `docker compose config --no-interpolate` prints is taken", () => {
  const file = `name: \${COMPOSE_PROJECT_NAME:-shop}
services:
  agent:
    command: null
    container_name: shop-\${AGENT_ID}
    deploy: {resources: {limits: {cpus: 2, memory: "4294967296"}, reservations: {}}}
    entrypoint: null
    environment: {AGENT_ID: "\${AGENT_ID}", BRANCH: "\${BRANCH}", REPO_URL: "\${REPO_URL}", OPENAI_API_KEY: null}
    image: node:24
    networks: {default: null}
    volumes:
      - {type: volume, source: "agent-\${AGENT_ID}-work", target: /workspace, volume: {}}
      - {type: bind, source: ./docs, target: /docs, read_only: true, bind: {create_host_path: true, recursive: disabled}, consistency: cached}
    working_dir: /workspace
networks: {default: {name: shop_default}}
volumes: {agent-1-work: {name: shop_agent-1-work}}
`;
  expect(crewFile(file)).toMatchInlineSnapshot(`
    "name: \${COMPOSE_PROJECT_NAME:-shop}
    epic: Work on this repository
    defaults:
      cpus: 2
      mem_limit: "4294967296"
      environment:
        OPENAI_API_KEY:
      image: node:24
      networks:
        default:
      volumes:
        - type: bind
          source: ./docs
          target: /docs
          read_only: true
          bind:
            create_host_path: true
    roles:
      agent: {}
    networks:
      default:
        name: shop_default"
  `);
});

test("paths are written anew where the crew file lies elsewhere", () => {
  const file = `${agent("build: {context: ., dockerfile: D}\nenv_file: [a.env, {path: ../b.env}]\nvolumes: ['./docs:/docs']\nsecrets: [t]")}secrets: {t: {file: ./token}}\n`;
  expect(crewFile(file, { file: "/shop/docker/compose.yml" })).toMatchInlineSnapshot(`
    "epic: Work on this repository
    defaults:
      build:
        context: ./docker
        dockerfile: D
      env_file:
        - ./docker/a.env
        - path: ./b.env
      volumes:
        - ./docker/docs:/docs
      secrets:
        - t
    roles:
      agent: {}
    secrets:
      t:
        file: ./docker/token"
  `);
});

test("a service beside the agents keeps its keys, but for what crew has none of", () => {
  const file = `${agent("image: a\ndepends_on: [db]")}  db:
    image: postgres:17
    privileged: true
    container_name: shop-db
    sysctls: {a: 1}
    depends_on: [agent]
    volumes: ["/var/run/docker.sock:/s", "data:/data"]
volumes: {data: , old: }
`;
  expect(crewFile(file)).toMatchInlineSnapshot(`
    "epic: Work on this repository
    defaults:
      image: a
      services:
        - db
    roles:
      agent: {}
    services:
      db:
        shared: true
        image: postgres:17
        volumes:
          - data:/data
    volumes:
      data:"
  `);
  expect(notes(file).slice(2)).toMatchInlineSnapshot(`
    [
      "5:5 depends_on becomes: services: a role runs beside all of them",
      "8:5 services.db.privileged refused: a privileged container is root on the host",
      "9:5 services.db.container_name left out: crew names containers itself",
      "10:5 services.db.sysctls left out: crew has no such key",
      "12:15 services.db.volumes[0] refused: whoever has the engine's socket is root on the host; crew runs the containers, from outside",
      "13:19 volumes.old left out: crew makes one for each role's work, however many roles there are",
    ]
  `);
});

test("no text ends it with an error: the sample cut off anywhere, and without any one of its lines", () => {
  const lines = sample.split("\n");
  const texts = [
    ...lines.map((_, index) => lines.filter((_, other) => other !== index).join("\n")),
    ...Array.from({ length: 200 }, (_, index) => sample.slice(0, Math.floor((sample.length * index) / 200))),
  ];
  for (const text of texts) {
    const result = imported(text);
    expect(result.text === undefined, text).toBe(result.problems.length > 0);
    if (result.text !== undefined) crewFile(text);
  }
});

test("every key that Compose's services and files have is kept, or said to be another, left out or refused", () => {
  const silent = compose.service.filter((key) => {
    const value =
      key === "environment" ? "{A: b}" : key === "volumes" ? "[a:/a]" : key === "deploy" ? "{mode: x}" : "x";
    const { notes, problems } = imported(agent(`image: a\n${key}: ${value}`.replace(/^image: a\nimage/, "image")));
    return !notes.some((note) => note.key.startsWith(key)) && !problems.some(({ message }) => message.includes(key));
  });
  expect(silent).toEqual([]);
  const top = compose.top.filter((key) => !["services", "name", "include"].includes(key));
  const quiet = top.filter(
    (key) => !notes(`${agent("image: a")}${key}: {x: {}}\n`).some((note) => note.includes(` ${key}`)),
  );
  expect(quiet).toEqual([]);
});

test("what is no compose file with an agent is told with its place", () => {
  const all = {
    empty: "",
    "not YAML": "services: [",
    "no map": "- agent\n",
    "no services": "version: '3'\n",
    "empty services": "services:\n",
    "a service that is no map": "services:\n  agent: node\n",
    "no agent": "services:\n  web: {image: nginx}\n  db: {image: postgres}\n",
    "two keys": "services:\n  a: {image: x, image: y}\n",
    tag: "services:\n  a: {image: !reset null}\n",
    include: "include: [other.yml]\nservices: {a: {image: x}}\n",
    extends: "services:\n  a:\n    extends: {service: base, file: base.yml}\n",
    values: agent("mem_limit: lots\ncpus: many\nhealthcheck: {interval: soon}\nsecrets: [token]\nports: {a: b}"),
  };
  const told = Object.entries(all).map(([name, text]) => `# ${name}\n${problems(text)}`);
  expect(told.join("\n\n")).toMatchInlineSnapshot(`
    "# empty
    compose.agents.yml:1:1  the file is empty
      allowed: services: {agent: {image: my-agent}}

    # not YAML
    compose.agents.yml:1:12  not YAML: flow sequence in block collection must be sufficiently indented and end with a ]
      1 | services: [
        |            ^

    # no map
    compose.agents.yml:1:1  the file must be a map of keys such as services and volumes
      1 | - agent
        | ^^^^^^^
      allowed: services: {agent: {image: my-agent}}

    # no services
    compose.agents.yml:1:1  the file has no services, so no agent either
      1 | version: '3'
        | ^
      allowed: services: {agent: {image: my-agent}}

    # empty services
    compose.agents.yml:1:1  the file has no services, so no agent either
      1 | services:
        | ^^^^^^^^
      allowed: services: {agent: {image: my-agent}}

    # a service that is no map
    compose.agents.yml:2:10  service agent must be a map of keys such as image and environment
      2 |   agent: node
        |          ^^^^

    # no agent
    compose.agents.yml:1:1  none of the services web, db is an agent: none has AGENT_ID in its environment; name one with --service
      1 | services:
        | ^^^^^^^^
      allowed: web, db

    # two keys
    compose.agents.yml:2:17  the key "image" is given twice; first in line 2
      2 |   a: {image: x, image: y}
        |                 ^^^^^

    # tag
    compose.agents.yml:2:21  the tag !reset is not used in a compose file that is imported
      2 |   a: {image: !reset null}
        |                     ^^^^

    # include
    compose.agents.yml:1:1  include is put together by Compose itself; let it: docker compose config --no-interpolate --no-path-resolution | crew import -
      1 | include: [other.yml]
        | ^^^^^^^

    # extends
    compose.agents.yml:3:5  extends is put together by Compose itself; let it: docker compose config --no-interpolate --no-path-resolution | crew import -
      3 |     extends: {service: base, file: base.yml}
        |     ^^^^^^^

    # values
    compose.agents.yml:4:16  mem_limit of defaults must be a size such as 512m or 4g, not "lots"
      4 |     mem_limit: lots
        |                ^^^^

    compose.agents.yml:5:11  cpus of defaults must be a number, not "many"
      5 |     cpus: many
        |           ^^^^

    compose.agents.yml:6:29  interval of healthcheck of defaults must be a time such as 90s, 45m or 1h30m, not "soon"
      6 |     healthcheck: {interval: soon}
        |                             ^^^^

    compose.agents.yml:7:15  unknown secret "token" in secrets of defaults
      7 |     secrets: [token]
        |               ^^^^^
      allowed: the file declares no secret

    compose.agents.yml:8:12  ports of defaults must be a list, such as [127.0.0.1:8080:80], not a map
      8 |     ports: {a: b}
        |            ^^^^^^"
  `);
  expect(problems("services:\n  web: {image: a}\n  db: {image: b}\n", { service: "wbe" })).toMatchInlineSnapshot(`
    "compose.agents.yml:1:1  there is no service "wbe"
      1 | services:
        | ^^^^^^^^
      did you mean "web"?  allowed: web, db"
  `);
  expect(problems(agent("image: a"), { roles: [{ name: "Api" }, { name: "api" }] })).toMatchInlineSnapshot(`
    "compose.agents.yml:2:3  the agents "Api" and "api" would both be the role api
      2 |   agent:
        |   ^^^^^"
  `);
  expect(
    problems(agent("image: a"), { roles: [{ name: "a", branch: "no branch" }, { name: "epic" }] }),
  ).toMatchInlineSnapshot(`
    "compose.agents.yml:2:3  git takes no branch "no branch": it holds a space
      2 |   agent:
        |   ^^^^^

    compose.agents.yml:2:3  the role name "epic" is reserved: it is what roles merge into
      2 |   agent:
        |   ^^^^^"
  `);
});
