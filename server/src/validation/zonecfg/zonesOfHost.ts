import type { AnyDocument, Origin } from "../../configuration/origin.ts";
import type { Overcommitment } from "../../host/illumos/resources/overcommitment.ts";
import type { Finding, Related } from "../finding.ts";
import type { Severity } from "../rule.ts";
import { conflictsOf, MOST_RELATED } from "./conflicts.ts";
import { loadedZoneModel } from "./dryBoot/model.ts";
import type { HostZone } from "./hostZone.ts";
import type { ZoneMachines } from "./machine.ts";
import { severityUndescribed } from "./rules/conflicts.ts";

/** What is known otherwise: the boot of a single zone shows it. */
const ELSEWHERE: ReadonlySet<string> = new Set(["cpus/too-many", "pool/missing"]);

interface File {
  readonly zones: readonly HostZone[];
  readonly isThere: () => boolean;
}

function undescribed({ code, origin, related = [] }: Finding): Severity {
  const isOneFile = related.some((other) => other.origin.document === origin.document);
  return severityUndescribed(code, isOneFile);
}

/** All zones that belong to one host, whichever files they are in, and what they cannot have together. */
export class ZonesOfHost {
  private readonly machines: ZoneMachines;
  private readonly files = new Map<AnyDocument, File>();
  private last = 0;
  private judged = -1;
  private borrowed: ReadonlySet<Origin> = new Set();
  private byDocument = new Map<AnyDocument, Finding[]>();

  constructor(machines: ZoneMachines) {
    this.machines = machines;
  }

  /** Another number whenever zones have changed. */
  get version(): number {
    return this.last;
  }

  /** Takes the zones of a file as they are now. `isThere`: whether the file still counts. */
  set(document: AnyDocument, zones: readonly HostZone[], isThere: () => boolean): void {
    const before = this.files.get(document)?.zones ?? [];
    this.files.set(document, { zones, isThere });
    if (before.length !== zones.length || before.some((zone, i) => zone !== zones[i])) this.last++;
  }

  /** What is wrong in a file for the sake of others, or of others in the file. */
  findings(document: AnyDocument): readonly Finding[] {
    if (this.judged !== this.last) this.judge();
    return this.byDocument.get(document) ?? [];
  }

  /** Whether a place names a directory of another zone, which no machine has before that zone is installed. */
  isBorrowed(origin: Origin): boolean {
    return this.borrowed.has(origin);
  }

  private judge(): void {
    this.judged = this.last;
    this.byDocument = new Map();
    for (const [document, { isThere }] of this.files) if (!isThere()) this.files.delete(document);
    const zones = [...this.files.values()].flatMap((file) => file.zones);
    const { described, platforms } = this.machines;
    const { findings, borrowed } = conflictsOf(zones, described ? platforms[0] : undefined);
    this.borrowed = borrowed;
    for (const finding of findings) this.put(finding);
    if (described) for (const finding of this.overcommitted(zones)) this.put(finding);
  }

  private put(finding: Finding): void {
    const { document } = finding.origin;
    const told: Finding = this.machines.described ? finding : { ...finding, severity: undescribed(finding) };
    const list = this.byDocument.get(document);
    if (list) list.push(told);
    else this.byDocument.set(document, [told]);
  }

  private *overcommitted(zones: readonly HostZone[]): Generator<Finding> {
    const model = loadedZoneModel();
    const [platform] = this.machines.platforms;
    if (!model || !platform || zones.length === 0) return;
    // Of a zone that several files configure, the last word counts.
    const byName = new Map(zones.map((zone) => [zone.definition.name, zone]));
    const scratch = this.machines.scratch(platform, model.ZoneScratch);
    const all = scratch.overcommitment([...byName.values()].map(({ definition }) => definition));
    for (const one of all)
      if (!ELSEWHERE.has(one.rule) && this.isTold(one.rule)) yield* this.places(one, byName);
  }

  /** Whether somebody has said how much of it the machine has. */
  private isTold(rule: string): boolean {
    const [subject = ""] = rule.split("/");
    return subject === "shares" || this.machines.says(subject);
  }

  /** Once in each file that has a part in it, with some of the other places. */
  private *places(
    { rule, message, causes, zones }: Overcommitment,
    byName: ReadonlyMap<string, HostZone>,
  ): Generator<Finding> {
    const involved = zones.flatMap((name) => byName.get(name) ?? []);
    const origins = involved.flatMap((zone, i) => zone.originOf(causes[i]) ?? zone.originOf(causes[0]) ?? []);
    const seen = new Set<AnyDocument>();
    const code = rule.startsWith("shares/") ? "host/zone-shares" : "host/zone-overcommitted";
    const memory = rule.startsWith("memory/") ? (["memory"] as const) : (["cpus"] as const);
    const machine = rule.startsWith("shares/") ? undefined : this.machines.place(memory);
    for (const origin of origins) {
      if (seen.has(origin.document)) continue;
      seen.add(origin.document);
      const others = origins.filter((other) => other !== origin).slice(0, MOST_RELATED);
      const related: Related[] = [
        ...others.map((other) => ({ origin: other, message: "This has a part in it." })),
        ...(machine ? [{ origin: machine, message: "The machine has this much." }] : []),
      ];
      // A class of its own that knows no shares is certain; that of the machine no host file tells.
      const severity = rule === "shares/ignored" ? ("warning" as const) : undefined;
      yield { code, origin, message, ...(severity && { severity }), ...(related.length > 0 && { related }) };
    }
  }
}
