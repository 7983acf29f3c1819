import type { Platform } from "../../catalog/zonecfg/property.ts";
import type { Origin } from "../../configuration/origin.ts";
import { freshInstallation } from "../../host/machine/default.ts";
import type { HostDescription } from "../../host/machine/definition.ts";
import type { ZoneModel } from "./dryBoot/model.ts";

type Scratch = InstanceType<ZoneModel["ZoneScratch"]>;

/** What is installed where nobody described the machine. */
const FRESH: Readonly<Record<Platform, () => HostDescription>> = {
  illumos: () => freshInstallation("illumos"),
  omnios: () => freshInstallation("omnios"),
  smartos: () => freshInstallation("smartos"),
  solaris10: () => freshInstallation("solaris", "10 1/13"),
  solaris11: () => freshInstallation("solaris", "11.4"),
};

/** Finds in the host file where something is said. */
type PlaceInHostFile = (path: readonly (string | number)[]) => Origin | undefined;

/** The platform of the catalog that a described machine belongs to; none for another system. */
export function platformOfMachine({ system, release }: HostDescription): Platform | undefined {
  if (system === "freebsd") return undefined;
  return system === "solaris" ? (release.startsWith("10") ? "solaris10" : "solaris11") : system;
}

/** The machine that zones are for, or those that it could be. */
export class ZoneMachines {
  /** Somebody described it: then it is one. */
  readonly description: HostDescription | undefined;
  readonly platforms: readonly Platform[];
  private readonly file: PlaceInHostFile | undefined;
  private readonly scratches = new Map<Platform, Scratch>();

  /** @param platform the one that is set, where nobody described the machine */
  constructor(description: HostDescription | undefined, platform?: Platform, file?: PlaceInHostFile) {
    const own = description && platformOfMachine(description);
    this.description = own && description;
    this.platforms = own ? [own] : platform ? [platform] : ALL;
    this.file = file;
  }

  /** Where a key of the host file stands. */
  place(path: readonly (string | number)[]): Origin | undefined {
    return this.file?.(path);
  }

  /** Whether the description says something of a subject; else a fresh installation stands for it. */
  says(key: string): boolean {
    return this.described && (!this.file || this.file([key]) !== undefined);
  }

  get described(): boolean {
    return this.description !== undefined;
  }

  /** The machine, ready to be copied. */
  scratch(platform: Platform, made: ZoneModel["ZoneScratch"]): Scratch {
    let scratch = this.scratches.get(platform);
    if (!scratch) {
      scratch = new made(this.description ?? FRESH[platform]());
      this.scratches.set(platform, scratch);
    }
    return scratch;
  }
}

const ALL = Object.keys(FRESH) as Platform[];
