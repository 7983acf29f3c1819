import type { HostProblemKind } from "../src/host/machine/problems.ts";

/** What may be wrong with a host file, for its page: `bad` has the mistake, `good` does not. */
export interface HostProblemPage {
  readonly title: string;
  /** Markdown. */
  readonly explanation: string;
  readonly bad: string;
  readonly good: string;
}

/** In the order in which a file is looked at. */
export const hostProblems: Readonly<Record<HostProblemKind, HostProblemPage>> = {
  syntax: {
    title: "The host file is no JSON",
    explanation:
      "Keys and texts stand in double quotes, and commas between members. Comments (`//` and `/* */`) are allowed, and so is a comma behind the last member. Only the first such mistake is shown: what follows is mostly its consequence.",
    bad: '{ "system": freebsd }\n',
    good: '{ "system": "freebsd" }\n',
  },
  duplicate: {
    title: "The host file says something twice",
    explanation:
      "A key occurs twice in one object, or two things have the same name: links, datasets, users, processor sets. Nobody can tell which of them is meant.",
    bad: '{\n  "system": "freebsd",\n  "links": [{ "name": "em0" }, { "name": "em0" }]\n}\n',
    good: '{\n  "system": "freebsd",\n  "links": [{ "name": "em0" }, { "name": "em1" }]\n}\n',
  },
  "unknown-key": {
    title: "The host file has a key that is not known",
    explanation:
      "The key is misspelt, or belongs to another object. What is not known would say nothing about the machine. [The page of host files](../../host.md) lists all keys.",
    bad: '{ "system": "freebsd", "hostnme": "www.example.org" }\n',
    good: '{ "system": "freebsd", "hostname": "www.example.org" }\n',
  },
  missing: {
    title: "Something is missing in the host file",
    explanation:
      "An object lacks a key that it cannot do without, such as the `name` of a link, or what its kind needs: a VLAN the link below it and its tag.",
    bad: '{ "system": "freebsd", "links": [{ "kind": "physical" }] }\n',
    good: '{ "system": "freebsd", "links": [{ "name": "em0", "kind": "physical" }] }\n',
  },
  type: {
    title: "A value of the host file has the wrong type",
    explanation:
      'A number, a text, a list or an object stands where something else is expected. Sizes are texts with a unit, as `"16G"`, or numbers of bytes.',
    bad: '{ "system": "freebsd", "cpus": "four" }\n',
    good: '{ "system": "freebsd", "cpus": 4 }\n',
  },
  value: {
    title: "A value of the host file is impossible",
    explanation:
      "The type is right, but no machine can have this value: an address that is none, a size or a number out of range, a name that the system would refuse.",
    bad: '{ "system": "freebsd", "cpus": 0 }\n',
    good: '{ "system": "freebsd", "cpus": 1 }\n',
  },
  reference: {
    title: "The host file names something that it does not have",
    explanation:
      "A member of a bridge, the link of a route, the pool of a dataset or the processor set of a resource pool is not described in the file.",
    bad: '{\n  "system": "freebsd",\n  "links": [{ "name": "bridge0", "kind": "bridge", "members": ["em7"] }]\n}\n',
    good: '{\n  "system": "freebsd",\n  "links": [{ "name": "em7" }, { "name": "bridge0", "kind": "bridge", "members": ["em7"] }]\n}\n',
  },
  "wrong-system": {
    title: "The host file describes what its system does not have",
    explanation:
      "Some things are of FreeBSD alone, as devfs rulesets and kernel modules, others of the systems with zones, as brands and VNICs. `system` says which machine this is.",
    bad: '{ "system": "freebsd", "brands": ["lx"] }\n',
    good: '{ "system": "omnios", "brands": ["lx"] }\n',
  },
};
