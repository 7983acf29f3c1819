import type { Origin } from "../../configuration/origin.ts";
import type { HostDescription } from "../../host/machine/definition.ts";
import { parseListener } from "../../host/machine/listeners.ts";
import { inPrefix, parseAddress, parseNetwork } from "../../host/network/addresses.ts";

/** Finds in the host file where something is said, by keys and positions from the top. */
export type PlaceInHostFile = (path: readonly (string | number)[]) => Origin | undefined;

/** An address that the host has on a link. */
export interface OwnAddress {
  readonly link: string;
  readonly address: string;
  readonly prefix: number;
  readonly place: Origin | undefined;
}

/** A daemon of the host that listens on every address, and how: `tcp4 *:22`. */
export interface WildcardService {
  readonly name: string;
  readonly listens: readonly string[];
  readonly place: Origin | undefined;
}

/** What rules ask of the machine that a configuration is for. Made once per machine. */
export class MachineFacts {
  readonly description: HostDescription;
  /** By the one spelling of the address. */
  private readonly addresses = new Map<string, OwnAddress>();
  private readonly byLink = new Map<string, OwnAddress[]>();
  private readonly place: PlaceInHostFile;

  constructor(description: HostDescription, place: PlaceInHostFile = () => undefined) {
    this.description = description;
    this.place = place;
    for (const [i, { name, addresses = [] }] of description.links.entries())
      for (const [j, text] of addresses.entries()) {
        const network = parseNetwork(text);
        if (!network) continue;
        const own = {
          link: name,
          address: network.address,
          prefix: network.prefix,
          place: place(["links", i, "addresses", j]),
        };
        this.addresses.set(own.address, own);
        this.byLink.set(name, [...(this.byLink.get(name) ?? []), own]);
      }
  }

  /** Whether somebody described the machine; else it is the embedded one, of which nothing is certain. */
  get described(): boolean {
    return this.description.described;
  }

  /** The host's own address that a text stands for. */
  own(address: string): OwnAddress | undefined {
    const spelling = parseAddress(address);
    return spelling === undefined ? undefined : this.addresses.get(spelling);
  }

  /** Kind and addresses of a link; `undefined` if the host has none of that name. */
  link(name: string): { readonly kind: string; readonly place: Origin | undefined } | undefined {
    const at = this.description.links.findIndex((link) => link.name === name);
    const link = this.description.links[at];
    return link && { kind: link.kind ?? "physical", place: this.place(["links", at, "name"]) };
  }

  /** The addresses of a link that are in the family of another address. */
  addressesOn(link: string, address: string): readonly OwnAddress[] {
    const six = address.includes(":");
    return (this.byLink.get(link) ?? []).filter((own) => own.address.includes(":") === six);
  }

  /** Whether an address is in one of the networks that a link is in. */
  reaches(link: string, address: string): boolean {
    return this.addressesOn(link, address).some((own) => inPrefix(address, own.address, own.prefix));
  }

  /** The daemons that answer on every address of a family. */
  wildcardServices(family: "inet" | "inet6"): readonly WildcardService[] {
    return this.description.services.flatMap(({ name, listens = [] }, i) => {
      const all = listens.filter((text) => {
        const { address, family: own } = parseListener(text);
        return own === family && address === "*";
      });
      return all.length > 0 ? [{ name, listens: all, place: this.place(["services", i]) }] : [];
    });
  }

  /** The users of the host that are people: the first number that adduser(8) gives out is 1001. */
  get people(): readonly string[] {
    return this.description.users
      .filter(({ uid, shell = "" }) => uid >= 1000 && uid < 65_000 && !shell.endsWith("/nologin"))
      .map(({ name }) => name);
  }

  /** Whether a directory at or above `path` lets nobody through but its owner and group. */
  isClosed(path: string): boolean {
    return this.description.directories.some((directory) => {
      if (typeof directory === "string" || directory.mode === undefined) return false;
      const around = path === directory.path || path.startsWith(`${directory.path}/`);
      return around && (Number.parseInt(directory.mode, 8) & 1) === 0;
    });
  }

  /** Where a key of the host file stands. */
  at(...path: readonly (string | number)[]): Origin | undefined {
    return this.place(path);
  }
}
