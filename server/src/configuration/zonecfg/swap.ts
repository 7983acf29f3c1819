import type { Section } from "@zonewarden/grammars/zonecfg/tree";
import type { LeftOver } from "./create.ts";
import { type RunOptions, Session } from "./session.ts";
import type { ZoneState } from "./state.ts";
import type { Complaint, Resource, Stretch, ZonePart, ZoneSource } from "./types.ts";
import { allowsAddress, datasetName, linkOf, ofNet, sharedAnet } from "./verify.ts";
import { isWholeResource, runAlone, sameList, type WholeRun, wholeRuns } from "./whole.ts";

/** What came of a stretch, and what it leaves for the next one. */
export interface StretchRun extends LeftOver {
  readonly document: ZoneSource;
  readonly options: RunOptions;
  readonly nameBefore: string | undefined;
  readonly nameAhead: string | undefined;
  /** The zone as it was at the end. */
  readonly state: ZoneState;
  readonly isPlain: boolean;
  readonly stretch: Stretch;
}

/**
 * The run of a stretch in which one resource was edited, made from the run before: typing in one of a thousand
 * resources does not run the others again. `undefined` where more may have changed than this resource; then
 * everything is run. A property test holds the two together.
 */
export function swap(before: StretchRun, sections: readonly Section[]): StretchRun | undefined {
  const { stretch, state, document, options } = before;
  const [part, more] = stretch.parts;
  if (!before.isPlain || !part || more) return undefined;
  const at = onlyDifference(stretch.sections, sections);
  const old = at === undefined ? undefined : stretch.sections[at];
  const by = at === undefined ? undefined : sections[at];
  const ranOld = old && wholeRuns.get(old);
  if (!old || !by || !ranOld || ranOld.document !== document || !isWholeResource(by)) return undefined;
  const session = new Session(document, [by], options, undefined);
  session.state.platforms = ranOld.before;
  if (ranOld.ipType) session.state.properties.set("ip-type", given(ranOld.ipType));
  const ran = runAlone(session, by);
  if (!ran || !sameList(ran.after, ranOld.after) || !isIndependent(ranOld.block, ran.block, before))
    return undefined;
  // From here on the old run is gone: its state becomes that of the new one.
  state.replace(ranOld.block, ran.block);
  wholeRuns.set(by, ran);
  const complaints = stretch.complaints.filter((complaint) => complaint.origin.section !== old);
  for (const complaint of saidOf(ran, state)) complaints.push(complaint);
  const changed: ZonePart = { ...part, resources: state.resources };
  const replaced = { in: stretch.sections, old, by, resource: ran.block };
  return { ...before, stretch: { sections, parts: [changed], complaints, replaced } };
}

const given = (value: string) => ({ value, origin: undefined, template: undefined });

/** The one index at which two lists of the same length differ. */
function onlyDifference(a: readonly Section[], b: readonly Section[]): number | undefined {
  if (a.length !== b.length) return undefined;
  let found: number | undefined;
  for (let i = 0; i < a.length; i++) {
    if (a[i] === b[i]) continue;
    if (found !== undefined) return undefined;
    found = i;
  }
  return found;
}

/** Types that something else in the zone may look at. */
const OBSERVED = new Set(["rctl", "capped-cpu", "capped-memory", "dedicated-cpu", "security-flags"]);

/** Whether nothing but the resource itself depends on which of the two the zone has. */
function isIndependent(old: Resource, by: Resource, { state, stretch }: StretchRun): boolean {
  if (old.type !== by.type || OBSERVED.has(old.type)) return false;
  if (old.type === "attr" && state.brand === "lx") return false;
  const [stored, other] = state.withKey(old);
  if (stored !== old || other) return false;
  if (state.withKey(by).some((resource) => resource !== old)) return false;
  if (old.type === "net" && !sameRouting(old, by)) return false;
  const { section } = old.origin ?? {};
  return stretch.complaints.every(
    (complaint) =>
      complaint.origin.section === section ||
      (complaint.related ?? []).every((related) => related.origin.section !== section),
  );
}

/** Whether the default routers of other resources find the same addresses on their links. */
function sameRouting(old: Resource, by: Resource): boolean {
  if (!old.properties.has("defrouter") && !by.properties.has("defrouter") && !allowsAddress(old))
    return !allowsAddress(by);
  return (
    linkOf(old) === linkOf(by) &&
    allowsAddress(old) === allowsAddress(by) &&
    (allowsAddress(by) || !by.properties.has("defrouter"))
  );
}

/** What is said of a resource when its commands run, and when the zone is verified. */
function saidOf(ran: WholeRun, state: ZoneState): Complaint[] {
  const { block } = ran;
  const said = [...ran.said];
  if (block.type === "net" && state.ipType) said.push(...ofNet(block, state.ipType));
  if (block.type === "dataset") said.push(...datasetName(block));
  if (block.type === "anet" && state.ipType === "shared") said.push(...sharedAnet(block));
  return said;
}
