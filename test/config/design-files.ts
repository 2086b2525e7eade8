// The two files that the design shows, as they stand there.

export const smallest = `epic: Rate-limit sign-in
tasks: {limit: "POST /login: five tries a minute per IP, then 429"}
defaults: {image: "node:24", setup: npm ci}
gates: [npm test]
roles: {dev: {}}
`;

export const team = `# yaml-language-server: $schema=…/crew.schema.json
name: shop-\${feature}
inputs: {feature: {description: Short name, pattern: '^[a-z][a-z0-9-]*$'}}   # crew up --set feature=auth

epic:
  title: "[EPIC] \${feature}"          # found by its key, else created; or crew up --epic shop-a3f8
  branch: epic/\${feature}             # default epic/<slug>
  base: main                          # default: the repository's default branch

tasks:                                # optional: the tree under the epic, created once per key; or keep it in the tracker
  backend:
    title: "[\${feature}/backend] Sign-in API"
    role: backend                     # adds the role's label, here and below unless a task names another
    tasks:
      login:  "[\${feature}/backend] POST /login"
      tokens: {title: "[\${feature}/backend] Session tokens", priority: 1, description: …, acceptance: …}
  form: {title: "[\${feature}/frontend] Sign-in form", role: frontend, blocked_by: [backend.login]}

defaults:                             # any role key; image, setup and services serve the gates too
  agent: claude                       # or {preset: claude, model: sonnet, max_turns: 60, turn_timeout: 45m, max_attempts: 3}
  image: node:24                      # or build:, or devcontainer: .devcontainer
  setup: {run: npm ci, key: [package-lock.json], secrets: [NPM_TOKEN]}   # cached by image + key files
  services: [db]

roles:
  backend:
    specialty: backend-developer
    branch: feature/\${feature}-backend               # default feature/<epic slug>-<role>
    beads: {title_prefix: "[\${feature}/backend]"}    # default: label = role name; a sole role takes all. Also labels, labels_any, types, parent, ids, priority, metadata
    paths: ["services/api/**"]                       # told to the agent; a candidate outside them waits for approval
    check: npm test -w api                           # in the instance after each turn; a failure goes back to the agent
  frontend: {specialty: [react-specialist, typescript-pro], prompt: Use the tokens in docs/tokens.md., depends_on: [backend]}   # merges after it when both are ready
  login-ui: {into: frontend, beads: {labels: [login-ui]}}  # merges into frontend first: a branch tree, merged bottom-up

gates:                                # list of commands, or a map by name
  types: npx tsc -b
  test: {run: npm test, services: [db], timeout: 10m, network: none}   # also image, setup, environment, secrets, paths, on: [candidate, land]

services: {db: {image: "postgres:17", environment: {POSTGRES_PASSWORD: dev}}}   # Compose's service keys; one copy per instance unless shared: true
secrets: {NPM_TOKEN: {environment: NPM_READ_TOKEN}}
review: epic                          # epic (crew land is the approval) | bead (each merge waits for crew approve, then crew land) | none (lands by itself)
land: merge                           # merge | pr
strategy: merge                       # merge | squash, for reports
batch: 1                              # candidates tested together
max_gates: 1                          # gates running at once
radar: warn                           # warn | tell | off
push: false                           # role and epic branches, refs/crew/p/<p>/*
close: on-land                        # on-land | on-merge
protect: [".github/**"]               # added to the built-in list
budget: {usd: 20, turns: 200, hours: 6}   # for the project's life; default turns 100, usd 10
max_parallel: 4
runtime: docker                       # docker | process | kubernetes
tracker: auto                         # auto | bd | git, or {kind: bd, command: …}
networks: {}                          # as in Compose
volumes: {}
`;
