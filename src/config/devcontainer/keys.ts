// Which keys of a devcontainer crew takes, passes over since they are an editor's, and refuses, each with the reason.

/** Taken, or without a meaning where no editor looks on: the clone's place, the init and the command are crew's. */
export const ignored: ReadonlySet<string> = new Set([
  ...["image", "build", "dockerFile", "context", "remoteUser", "containerUser", "containerEnv", "remoteEnv"],
  ...["onCreateCommand", "updateContentCommand", "postCreateCommand"],
  ...["$schema", "name", "customizations", "extensions", "settings", "devPort", "forwardPorts", "portsAttributes"],
  ...["otherPortsAttributes", "hostRequirements", "waitFor", "shutdownAction", "overrideCommand", "userEnvProbe"],
  ...["updateRemoteUserUID", "workspaceFolder", "workspaceMount", "init", "secrets"],
]);

export const refused: Readonly<Record<string, string>> = {
  features: "features are installed by the devcontainer's own program: put what they install into a Dockerfile",
  dockerComposeFile: "crew reads one container of it: crew import takes a compose file",
  service: "crew reads one container of it: crew import takes a compose file",
  runServices: "crew reads one container of it: crew import takes a compose file",
  mounts: "nothing of the host is mounted by the way: write volumes into the role",
  runArgs: "crew makes containers by the engine's API, without the docker program's arguments: write the role's keys",
  privileged: "a privileged container is root on the host",
  capAdd: "an agent gets no capability by the way: write cap_add into the role",
  securityOpt: "what holds an agent in is not taken away by the way: write security_opt into the role",
  appPort: "write ports into the role",
  initializeCommand: "it would run on your machine: run it yourself",
  postStartCommand: "crew runs nothing at each start: write it into setup",
  postAttachCommand: "nobody attaches an editor: write it into setup",
};
