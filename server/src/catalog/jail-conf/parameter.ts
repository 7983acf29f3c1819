/** How a parameter's text is read. Source: lib/libjail/jail.c, usr.sbin/jail/config.c. */
export type ParameterType =
  | "boolean"
  | "integer"
  | "unsigned"
  | "string"
  | "jailsys"
  | "ip4-list"
  | "ip6-list"
  | "string-list"
  | "command-list"
  | "fstab-list"
  | "key-value"
  | "struct";

export type Confidence = "high" | "medium" | "low";

/** Everything that is known of one word of jail.conf(5). Completion, hover, checks and the docs pages derive from it. */
export interface Parameter {
  /** The name; one that ends in `.*` stands for all names that begin so. */
  readonly name: string;
  /** `pseudo` parameters are jail(8)'s own; the others go to the kernel. */
  readonly kind: "kernel" | "pseudo";
  readonly group:
    | "identity"
    | "hierarchy"
    | "resources"
    | "security"
    | "host"
    | "meta"
    | "network"
    | "mount"
    | "allow"
    | "module"
    | "exec"
    | "control";
  readonly type: ParameterType;
  /** What holds when nobody sets it, in words. */
  readonly default: string;
  /** The only words it takes, where they can be listed. */
  readonly values?: readonly string[];
  /** What a value looks like, where they cannot. */
  readonly form?: string;
  readonly range?: { readonly min?: number; readonly max?: number };
  /** In bytes. */
  readonly maxLength?: number;
  /** The release that brought it (`after 15.0`: only in the development branch), and how sure that is. */
  readonly since: { readonly release: string; readonly confidence: Confidence };
  /** What to use instead. */
  readonly deprecated?: string;
  /** What `jail -m` may do with it on a running jail. */
  readonly change: "yes" | "create-only" | "read-only" | "not-applicable";
  /** The kernel module or option that must be there. */
  readonly module?: string;
  /** The spelling that means false. */
  readonly negation?: string;
  readonly synonymOf?: string;
  /** Where a command runs. */
  readonly runsIn?: "host" | "jail";
  /** The step of the start or stop sequence. */
  readonly step?: string;
  readonly requires?: readonly string[];
  readonly conflicts?: readonly string[];
  /** What it means for the confinement of the jail. */
  readonly security?: string;
  readonly doc: string;
  readonly notes?: string;
  readonly source: string;
}

/** Whether a parameter holds a list: then `+=` adds to it, and several values are meant. */
export function isList(parameter: Parameter): boolean {
  return parameter.type.endsWith("-list");
}
