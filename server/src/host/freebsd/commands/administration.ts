import type { Command } from "../../shell/command.ts";
import { accountCommands } from "./accounts.ts";
import { ipfw, pfctl } from "./firewall.ts";
import { ifconfig } from "./ifconfig.ts";
import { jail } from "./jail.ts";
import { jib, jng } from "./jailInterfaces.ts";
import { cpuset, rctl } from "./limits.ts";
import { mount, mountPrograms, umount } from "./mount.ts";
import { neighbourCommands } from "./neighbours.ts";
import { route } from "./route.ts";
import { rcScripts, service, sysrc } from "./service.ts";
import { zfs, zpool } from "./zfs.ts";

/** Programs that change a system. */
export const administrationCommands: readonly Command[] = [
  ifconfig,
  route,
  ...neighbourCommands,
  pfctl,
  ipfw,
  mount,
  umount,
  ...mountPrograms,
  zfs,
  zpool,
  service,
  sysrc,
  ...rcScripts,
  jail,
  jib,
  jng,
  rctl,
  cpuset,
  ...accountCommands,
];
