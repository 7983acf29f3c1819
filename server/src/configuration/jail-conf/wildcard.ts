/**
 * Names of jail blocks that stand for many jails. Source: usr.sbin/jail/config.c (wild_jail_name, wild_jail_match).
 */

/** Whether a component of the name, between dots, is exactly `*`. */
export function isWildcardName(name: string): boolean {
  return name.includes("*") && name.split(".").includes("*");
}

/** Whether a wildcard covers a jail: a `*` stands for one component, at the end for one or more. */
export function wildcardMatches(wildcard: string, jail: string): boolean {
  if (wildcard === "*") return true;
  let w = 0;
  let j = 0;
  for (;;) {
    const wildcardDot = wildcard.indexOf(".", w);
    const jailDot = jail.indexOf(".", j);
    if (wildcardDot < 0 || jailDot < 0) break;
    const any = wildcardDot === w + 1 && wildcard.charAt(w) === "*";
    if (!any && wildcard.slice(w, wildcardDot) !== jail.slice(j, jailDot)) return false;
    w = wildcardDot + 1;
    j = jailDot + 1;
  }
  const rest = wildcard.slice(w);
  return rest === "*" || rest === jail.slice(j);
}
