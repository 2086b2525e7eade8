// A name for whom an agent runs as: programs on Node that ask who they are end at once where the image knows no such user. Pure.

/** Of a user by number whom the image does not name, as far as is known: its number. */
export function unnamed(user: string, named: readonly string[] = []): string | undefined {
  const uid = /^(\d+)(:|$)/.exec(user)?.[1];
  return uid === undefined || named.includes(uid) ? undefined : uid;
}

/** Shell text that names them where nobody did. Of a group that the file does not tell it stays root's, as the engine has it. */
export function naming(user: string): string {
  const [uid = "", group = ""] = user.split(":");
  const gid = /^\d+$/.test(group) ? group : "0";
  const end = '[ -z "$(tail -c 1 /etc/passwd)" ] || echo >> /etc/passwd';
  const name = `echo 'crew:x:${uid}:${gid}::/crew/home:/bin/sh' >> /etc/passwd`;
  return `grep -q '^[^:]*:[^:]*:${uid}:' /etc/passwd || { ${end}; ${name}; }`;
}
