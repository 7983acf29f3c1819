import * as z from "zod/mini";

/** What single things in a host file may say: links, datasets, users, and the words that they are made of. */

/** Kinds of links by the family of systems that have them. */
export const FREEBSD_KINDS = [
  "physical",
  "loopback",
  "epair",
  "bridge",
  "vlan",
  "tap",
  "tun",
  "lagg",
  "wireguard",
  "other",
] as const;
export const ILLUMOS_KINDS = [
  "physical",
  "loopback",
  "vnic",
  "etherstub",
  "overlay",
  "aggr",
  "bridge",
  "vlan",
  "other",
] as const;

export const size = z.union([
  z.int().check(z.gte(0)),
  z
    .string()
    .check(
      z.regex(/^\d+(?:\.\d+)?[kKmMgGtTpP]?$/, "A size is a number of bytes, or one with K, M, G, T or P."),
    ),
]);
const path = z
  .string()
  .check(z.regex(/^\/(?:$|(?:[^/\0]+(?:\/[^/\0]+)*)$)/, "A path starts with / and does not end with one."));
const linkName = z
  .string()
  .check(
    z.regex(/^[A-Za-z][\w.-]{0,30}$/, "A link is named by a letter and up to 30 letters, digits, _, . or -."),
  );
const account = z
  .string()
  .check(z.regex(/^[A-Za-z_][\w.-]*\$?$/, "A user or group is named by letters, digits, _, . and -."));
export const id = z.int().check(z.gte(0), z.lte(4_294_967_295));
export const word = z
  .string()
  .check(z.regex(/^\S+$/, "This is a single word: it must not be empty or contain blanks."));
const cidr = z
  .string()
  .check(
    z.regex(
      /^[\d.]+\/\d{1,2}$|^[\da-fA-F:.]+\/\d{1,3}$/,
      "An address of a link has its prefix length: 192.0.2.2/24.",
    ),
  );

const ip = z.string().check(z.regex(/^[\d.]+$|^[\da-fA-F:.]*:[\da-fA-F:.]*$/, "This is no address."));
const port = z.int().check(z.gte(1), z.lte(65_535));
const station = z
  .string()
  .check(
    z.regex(/^[\da-f]{1,2}(?::[\da-f]{1,2}){5}$/i, "A station is six hexadecimal bytes: 02:08:20:00:00:01."),
  );

const overlay = z.strictObject({
  vnetid: z.int().check(z.gte(0), z.lte(16_777_215), z.describe("Number of the virtual network, 24 bits.")),
  listenIp: ip.check(z.describe("Address of this machine that its packets come to.")),
  listenPort: z.optional(port.check(z.describe("UDP port; 4789 by default."))),
  destination: z.optional(
    z
      .strictObject({ ip, port: z.optional(port) })
      .check(z.describe("Search plugin `direct`: the one place where all frames go.")),
  ),
  targets: z.optional(
    z
      .record(
        station,
        z.strictObject({ ip, port: z.optional(port), arp: z.optional(ip), ndp: z.optional(ip) }),
      )
      .check(
        z.describe(
          "Search plugin `files`: by the MAC of a station, the machine that it is on and the addresses that it has.",
        ),
      ),
  ),
});

export const link = z.strictObject({
  name: linkName.check(z.describe("Name of the link: `em0`, `bridge0`, `vnic3`.")),
  kind: z.optional(
    z
      .enum([...new Set([...FREEBSD_KINDS, ...ILLUMOS_KINDS])])
      .check(
        z.describe(
          "What it is; `physical` by default. `vnic`, `etherstub`, `overlay` and `aggr` exist on illumos, `epair`, `tap`, `tun`, `lagg` and `wireguard` on FreeBSD.",
        ),
      ),
  ),
  addresses: z.optional(
    z.array(cidr).check(z.describe("Addresses with prefix length; the first is the primary one.")),
  ),
  mac: z.optional(
    z
      .string()
      .check(
        z.regex(
          /^[\da-f]{1,2}(?::[\da-f]{1,2}){5}$/i,
          "A link address is six hexadecimal bytes: 02:00:00:00:00:01.",
        ),
        z.describe("Link address. By default one is made up from the position in the list."),
      ),
  ),
  mtu: z.optional(
    z.int().check(z.gte(68), z.lte(65535), z.describe("In bytes; 1500, and 16384 of a loopback.")),
  ),
  up: z.optional(z.boolean().check(z.describe("Whether it is up; `true` by default."))),
  over: z.optional(linkName.check(z.describe("Of a vlan, vnic or overlay: the link that carries it."))),
  vlan: z.optional(z.int().check(z.gte(1), z.lte(4094), z.describe("Of a vlan or vnic: the tag."))),
  peer: z.optional(linkName.check(z.describe("Of an epair: the other half."))),
  members: z.optional(z.array(linkName).check(z.describe("Of a bridge, lagg or aggr: the links in it."))),
  overlay: z.optional(overlay.check(z.describe("Of an overlay (VXLAN): its network, and where frames go."))),
  groups: z.optional(z.array(word).check(z.describe("Interface groups; that of its kind by default."))),
  description: z.optional(z.string().check(z.describe("The text that ifconfig(8) shows with it."))),
});

export const route = z.strictObject({
  destination: word.check(z.describe("`default`, or a network with its prefix length.")),
  gateway: word.check(z.describe("Address of the next hop, or the name of the link.")),
  interface: z.optional(linkName.check(z.describe("The link. By default the one that reaches the gateway."))),
});

export const pool = z.strictObject({
  name: word.check(z.describe("Name of the ZFS pool.")),
  size: size.check(z.describe("Its size.")),
});

export const dataset = z.strictObject({
  name: word.check(z.describe("Full name, the pool first: `zroot/jails/web`.")),
  mountpoint: z.optional(
    z
      .string()
      .check(
        z.regex(/^(?:\/.*|none|legacy)$/, "A mount point is a path, none or legacy."),
        z.describe("By default below that of the parent; `none` or `legacy` for no mount."),
      ),
  ),
  mounted: z.optional(
    z
      .boolean()
      .check(z.describe("Whether it is mounted; by default if it has a mount point and is not jailed.")),
  ),
  jailed: z.optional(
    z.boolean().check(z.describe("The property `jailed` (`zoned` on illumos); `false` by default.")),
  ),
  quota: z.optional(size.check(z.describe("Limit of its size; 0 for none."))),
  used: z.optional(size.check(z.describe("What it holds already."))),
  properties: z.optional(
    z.record(word, z.string()).check(z.describe("Further properties, as zfs(8) prints them.")),
  ),
});

export const directory = z.union([
  path,
  z.strictObject({
    path: path.check(z.describe("Where it is.")),
    mode: z.optional(
      z
        .string()
        .check(
          z.regex(/^[0-7]{3,4}$/, "A mode is three or four octal digits: 0755."),
          z.describe("Octal; `0755` by default."),
        ),
    ),
    owner: z.optional(account.check(z.describe("A user; `root` by default."))),
    group: z.optional(account.check(z.describe("A group; that of root by default."))),
    base: z.optional(
      z.boolean().check(z.describe("Whether a base system was installed there, as in the root of a jail.")),
    ),
  }),
]);

export const mount = z.strictObject({
  from: z
    .string()
    .check(z.minLength(1), z.describe("Device, dataset, directory or `tmpfs`, as mount(8) prints it.")),
  on: path.check(z.describe("The directory that is covered.")),
  type: word.check(z.describe("`ufs`, `nullfs`, `tmpfs`, `nfs`, `lofs` …")),
  options: z.optional(z.array(word).check(z.describe("Options such as `ro` and `nosuid`."))),
});

export const user = z.strictObject({
  name: account.check(z.describe("Login name.")),
  uid: id.check(z.describe("Number of the user.")),
  gid: id.check(z.describe("Number of the login group.")),
  home: z.optional(path.check(z.describe("Home directory; `/nonexistent` by default."))),
  shell: z.optional(path.check(z.describe("Login shell; `/usr/sbin/nologin` by default."))),
});

export const group = z.strictObject({
  name: account.check(z.describe("Name of the group.")),
  gid: id.check(z.describe("Number of the group.")),
  members: z.optional(
    z.array(account).check(z.describe("Users in it beside those whose login group it is.")),
  ),
});

export const service = z.strictObject({
  name: word.check(z.describe("The daemon: `sshd`.")),
  user: z.optional(account.check(z.describe("The user that it runs as; `root` by default."))),
  listens: z.optional(
    z
      .array(
        z
          .string()
          .check(
            z.regex(
              /^(?:(?:tcp|udp)[46] (?:\*|\[[\da-fA-F:.]+\]|[\d.]+):\d{1,5}|unix \/\S*)$/,
              "It listens on a protocol and an address as sockstat(1) prints them: `tcp4 *:22`, `udp6 [::1]:123`, `unix /var/run/log`.",
            ),
          ),
      )
      .check(
        z.describe(
          "What it listens on, as sockstat(1) prints it: `tcp4 *:22`, `udp6 [::1]:123`, `unix /var/run/log`.",
        ),
      ),
  ),
});

export const ruleLine = z
  .string()
  .check(
    z.regex(
      /^(?:path \S+ )?(?:type (?:disk|mem|tape|tty) )?(?:hide|unhide|include \d+|mode [0-7]{3,4}|user \S+|group \S+)$/,
      "A devfs rule is `[path PATTERN] [type disk|mem|tape|tty] hide|unhide|include N|mode M|user U|group G`.",
    ),
  );

export const resourcePool = z.strictObject({
  name: word.check(z.describe("Name of the resource pool.")),
  processorSet: z.optional(
    word.check(z.describe("The processor set that it uses; `pset_default` by default.")),
  ),
  scheduler: z.optional(
    z.enum(["TS", "FSS", "IA", "FX"]).check(z.describe("Scheduling class; that of the system by default.")),
  ),
  importance: z.optional(z.int().check(z.describe("Weight when processors are shared out; 1 by default."))),
});

export const processorSet = z.strictObject({
  name: word.check(z.describe("Name of the processor set.")),
  cpus: z.array(z.int().check(z.gte(0))).check(z.describe("Numbers of the CPUs in it.")),
});

export const image = z.strictObject({
  uuid: z
    .string()
    .check(
      z.regex(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i, "An image is identified by a UUID."),
      z.describe("Identifier of the image."),
    ),
  name: word.check(z.describe("Its name: `base-64-lts`.")),
  version: word.check(z.describe("Its version.")),
  brand: z.optional(word.check(z.describe("The brand of zones made from it; `joyent` by default."))),
});
