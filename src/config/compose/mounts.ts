// A service's volumes as a role's. Left out is what crew brings by itself; refused is what would open the host to an agent.
import type { Tree } from "../tree.ts";
import { isPersonal } from "./identity.ts";
import type { Fate, Reading } from "./reading.ts";
import { entryOf, itemsOf, listTree, mapTree, textOf, textTree } from "./trees.ts";

interface Mount {
  readonly tree: Tree;
  readonly source: string | undefined;
  readonly target: string;
}

/** Undefined where nothing is left. `workingDir`: where the service's program starts, and so where its clone is. */
export function roleMounts(tree: Tree, workingDir: string | undefined, reading: Reading): Tree | undefined {
  const kept = itemsOf(tree).flatMap((item, index) => {
    const mount = mountOf(item);
    const [fate, words] = verdict(mount, workingDir, reading);
    if (fate !== "kept") reading.note(item.at, `volumes[${index}]`, fate, words);
    return fate === "kept" ? [relocated(mount, reading)] : [];
  });
  return kept.length === 0 ? undefined : listTree(kept, tree.at);
}

/** The same for a service beside the agents, which has no clone. */
export function serviceMounts(tree: Tree, service: string, reading: Reading): Tree {
  const kept = itemsOf(tree).flatMap((item, index) => {
    const mount = mountOf(item);
    if (!isSocket(mount.source)) return [relocated(mount, reading)];
    reading.note(item.at, `services.${service}.volumes[${index}]`, "refused", socketWords);
    return [];
  });
  return listTree(kept, tree.at);
}

/** Whether the folder is the work folder that the mount brings: crew keeps each role's clone in a place of its own. */
export function bringsWork(mount: Mount, workingDir: string | undefined, reading: Reading): boolean {
  const personal = isPersonal(mount.tree, reading.identity);
  if (mount.source === undefined || (isPath(mount.source) && !personal)) return false;
  if (workingDir !== undefined) return `${workingDir}/`.startsWith(`${mount.target.replace(/\/$/, "")}/`);
  const work = /(?:^|[-_/])(?:work|workspace|workspaces|workdir|repo|repos|src|code|project)$/;
  return work.test(mount.target) || (personal && work.test(mount.source));
}

export function mountsIn(tree: Tree | undefined): readonly Mount[] {
  return tree === undefined ? [] : itemsOf(tree).map(mountOf);
}

/** A named volume; undefined for a folder of the host and for a volume without a name. */
export function volumeIn({ source }: Mount): string | undefined {
  return source === undefined || isPath(source) ? undefined : source;
}

function mountOf(tree: Tree): Mount {
  if (tree.kind === "mapping") {
    const text = (key: string) => textOf(tree.entries.get(key)?.value);
    return { tree, source: text("type") === "tmpfs" ? undefined : text("source"), target: text("target") ?? "" };
  }
  const [source = "", target] = partsOf(textOf(tree) ?? "");
  return target === undefined ? { tree, source: undefined, target: source } : { tree, source, target };
}

/** At colons, but for those of `${NAME:-default}`. */
function partsOf(text: string): readonly string[] {
  return text.match(/(?:\$\{[^}]*\}|[^:])+/g) ?? [];
}

function verdict(mount: Mount, workingDir: string | undefined, reading: Reading): readonly [Fate, string] {
  const { source } = mount;
  if (isSocket(source)) return ["refused", socketWords];
  if (bringsWork(mount, workingDir, reading))
    return ["left out", "crew keeps each role's clone in a volume of its own, however many roles there are"];
  if (source === undefined || !isPath(source)) return ["kept", ""];
  if (isTheHosts(source)) return ["refused", `${source} is the host's: an agent would have the machine`];
  if (reading.isRepository(source))
    return ["left out", "crew clones the repository into the instance; no agent writes in your checkout"];
  const login = logins.find(({ path }) => path.test(source));
  return login === undefined ? ["kept", ""] : ["left out", login.words];
}

/** The whole machine, what steers it, or a person's whole home. */
function isTheHosts(source: string): boolean {
  if (/^\/etc\/(?:localtime|timezone|ssl(?:\/|$))/.test(source)) return false;
  return /^(?:\/|(?:~|\$HOME|\$\{HOME\})\/?|\/(?:proc|sys|dev|etc|root|run|var\/run|var\/lib\/docker)(?:\/.*)?)$/.test(
    source,
  );
}

const socketWords = "whoever has the engine's socket is root on the host; crew runs the containers, from outside";

function isSocket(source: string | undefined): boolean {
  return /(?:docker|podman|containerd)\.sock$/.test(source ?? "");
}

const logins = [
  {
    path: /\/\.(?:ssh|netrc|git-credentials|gitconfig|config\/gh)(?:\/|$)/,
    words: "crew pushes itself, as you; an agent needs no credentials of yours, and crew gives it an author",
  },
  {
    path: /\/\.(?:claude|claude\.json|codex|gemini|config\/opencode)(?:\/|$)/,
    words: "a copied login ends the original; give the agent's key or token as a variable",
  },
] as const;

function isPath(source: string): boolean {
  return /^(?:[./~]|\$\{?(?:PWD|HOME)\b)/.test(source);
}

function relocated({ tree, source }: Mount, { path }: Reading): Tree {
  if (source === undefined || !isPath(source) || path(source) === source) return tree;
  if (tree.kind === "mapping") {
    const value = tree.entries.get("source")?.value ?? tree;
    return mapTree(new Map([...tree.entries, ["source", entryOf(textTree(path(source), value.at))]]), tree.at);
  }
  return textTree(`${path(source)}${(textOf(tree) ?? "").slice(source.length)}`, tree.at);
}
