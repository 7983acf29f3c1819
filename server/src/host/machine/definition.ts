import * as z from "zod/mini";
import {
  dataset,
  directory,
  group,
  id,
  image,
  link,
  mount,
  pool,
  processorSet,
  resourcePool,
  route,
  ruleLine,
  service,
  size,
  user,
  word,
} from "./parts.ts";

/**
 * What a host file (`zonewarden.host.json`) may say: the one definition that validates it, and from which its JSON
 * schema and its page in `docs` are made. Only shapes; how the parts must fit together is in `consistency.ts`.
 */

export const SYSTEMS = ["freebsd", "illumos", "omnios", "smartos", "solaris"] as const;

/** A count with a sentence of its own. */
const count = (text: string) => z.int().check(z.gte(1), z.lte(1024), z.describe(text));

export const hostFile = z.strictObject({
  $schema: z.optional(z.string().check(z.describe("Address of the JSON schema. Has no effect."))),
  name: z.optional(word.check(z.describe("What the host is called in messages; its host name by default."))),
  system: z.enum(SYSTEMS).check(z.describe("The operating system.")),
  release: z.optional(
    z
      .string()
      .check(
        z.minLength(1),
        z.describe(
          "Its release: `15.0` on FreeBSD, `r151054` on OmniOS, `20250807T000000Z` on SmartOS. The newest known one by default.",
        ),
      ),
  ),
  hostname: z.optional(z.string().check(z.minLength(1), z.maxLength(255), z.describe("Its host name."))),
  domainname: z.optional(z.string().check(z.maxLength(255), z.describe("Its NIS domain."))),
  hostuuid: z.optional(z.string().check(z.maxLength(63), z.describe("UUID of the host."))),
  hostid: z.optional(id.check(z.describe("The number that gethostid(3) gives."))),
  cpus: z.optional(count("Number of CPUs.")),
  memory: z.optional(size.check(z.describe("Memory in bytes, or with a unit: `8G`."))),
  swap: z.optional(size.check(z.describe("Swap space in bytes, or with a unit."))),
  links: z.optional(
    z
      .array(link)
      .check(
        z.describe(
          "Network links of the host with their addresses. `lo0` is there by itself, with the addresses of a loopback unless it is given others.",
        ),
      ),
  ),
  routes: z.optional(z.array(route).check(z.describe("Routes beside those to the networks of the links."))),
  pools: z.optional(z.array(pool).check(z.describe("ZFS pools."))),
  datasets: z.optional(
    z
      .array(dataset)
      .check(
        z.describe(
          "ZFS file systems. The pool's own is there by itself. The one mounted on `/` is the root.",
        ),
      ),
  ),
  directories: z.optional(
    z
      .array(directory)
      .check(
        z.describe(
          "Directories that exist beside those of a fresh installation. Those above them are made too.",
        ),
      ),
  ),
  mounts: z.optional(
    z
      .array(mount)
      .check(z.describe("Mounts beside those of datasets and of the system itself. One on `/` is the root.")),
  ),
  options: z.optional(
    z
      .array(word)
      .check(
        z.describe(
          "Options of the FreeBSD kernel beside those of GENERIC; `!VIMAGE` for one that it was built without.",
        ),
      ),
  ),
  modules: z.optional(
    z
      .array(word)
      .check(
        z.describe(
          "Kernel modules that are loaded beside those of a fresh installation; `!NAME` for one that is not.",
        ),
      ),
  ),
  loadableModules: z.optional(
    z
      .array(word)
      .check(
        z.describe(
          "Kernel modules that could be loaded beside those of a fresh installation; `!NAME` for one that is not there.",
        ),
      ),
  ),
  sysctls: z.optional(
    z
      .record(word, z.union([z.string(), z.int()]))
      .check(z.describe("Values of sysctls and tunables where they differ from a fresh installation.")),
  ),
  devfsRulesets: z.optional(
    z
      .record(
        z.string().check(z.regex(/^\d{1,5}$/, "A devfs ruleset has a number up to 65535.")),
        z.array(ruleLine),
      )
      .check(
        z.describe(
          "Devfs rulesets by number, beside those of a fresh installation. A number that is given again is replaced.",
        ),
      ),
  ),
  users: z.optional(
    z
      .array(user)
      .check(z.describe("Users beside those of a fresh installation. One that is named again is replaced.")),
  ),
  groups: z.optional(
    z
      .array(group)
      .check(z.describe("Groups beside those of a fresh installation. One that is named again is replaced.")),
  ),
  services: z.optional(
    z.array(service).check(z.describe("Daemons that run on the host, and what they listen on.")),
  ),
  brands: z.optional(z.array(word).check(z.describe("Installed brands of zones: `ipkg`, `lx`, `bhyve` …"))),
  images: z.optional(z.array(image).check(z.describe("Images that zones can be made from."))),
  resourcePools: z.optional(z.array(resourcePool).check(z.describe("Resource pools beside `pool_default`."))),
  processorSets: z.optional(
    z
      .array(processorSet)
      .check(z.describe("Processor sets beside `pset_default`, which has the other CPUs.")),
  ),
  schedulingClass: z.optional(
    z
      .enum(["TS", "FSS", "IA", "FX"])
      .check(z.describe("The default scheduling class, as `dispadmin -d` says: `TS` by default.")),
  ),
  configurations: z.optional(
    z
      .array(z.string().check(z.minLength(1)))
      .check(
        z.describe(
          "Configuration files that belong to this host: paths relative to the host file, `*` and `**` allowed.",
        ),
      ),
  ),
});

/** A host file as it is written. */
export type HostFile = z.infer<typeof hostFile>;
export type HostLink = z.infer<typeof link>;
export type HostDataset = z.infer<typeof dataset>;
export type HostDirectory = z.infer<typeof directory>;

export function pathOf(directory: HostDirectory): string {
  return typeof directory === "string" ? directory : directory.path;
}

type Filled = Omit<HostFile, "$schema" | "memory" | "swap">;

/** A host file with everything filled in that it leaves out; sizes in bytes. */
export type HostDescription = { [Key in keyof Filled]-?: NonNullable<Filled[Key]> } & {
  memory: number;
  swap: number;
  /** Whether somebody described this machine, or it is the embedded default. */
  described: boolean;
};
