import { existsSync, readFileSync } from "node:fs";
import type { Outcome } from "@zonewarden/server/host/decision";
import type { Host } from "@zonewarden/server/host/host";
import type { HostDescription } from "@zonewarden/server/host/machine/definition";
import type { Process } from "@zonewarden/server/host/process/types";
import { describe, expect, test } from "vitest";
import { hostOf, jailOf, result, userIn } from "./world.ts";

/** A row of the reference of probes: what root in a jail may do by default, and what changes that. */
interface Probe {
  id: string;
  title: string;
  defaultVerdict: "allow" | "deny" | "contained";
  errno: string | null;
  enabledBy: string[];
  restrictedBy: string[];
}

const REFERENCE = "/work/shared/reference/jail-probes.json";

export const rows: Probe[] = existsSync(REFERENCE) ? JSON.parse(readFileSync(REFERENCE, "utf8")) : [];

/** What is there when a probe is tried. */
export interface World {
  host: Host;
  jid: number;
  /** Root in the jail. */
  root: Process;
}

/** One way to make a world: parameters of the jail, values of the host, a release, and what is done beforehand. */
export interface Variant {
  parameters?: Record<string, string | number | boolean | string[]>;
  sysctls?: Record<string, string | number>;
  release?: string;
  changes?: Partial<HostDescription>;
  prepare?: (world: World) => void;
  /** Where somebody else has to try it. */
  attempt?: Subject["attempt"];
}

export interface Subject {
  attempt: (world: World) => Outcome<unknown>;
  /** The baseline, where it is not just a jail. */
  base?: Variant;
  /** By the words of the reference. */
  enabledBy?: Record<string, Variant>;
  restrictedBy?: Record<string, Variant & { errno: string }>;
  /** Releases with another verdict: an errno or `ok`. */
  releases?: Record<string, string>;
}

function worldOf({ base = {} }: Subject, variant: Variant = {}): World {
  const host = hostOf(
    variant.release ?? base.release,
    { ...base.sysctls, ...variant.sysctls },
    { ...base.changes, ...variant.changes },
  );
  const jid = jailOf(host, "web", { ...base.parameters, ...variant.parameters });
  const world: World = { host, jid, root: userIn(host, jid) };
  base.prepare?.(world);
  variant.prepare?.(world);
  return world;
}

/** Tests of the rows that have a subject here: the default, each way to enable it, each to restrict it, releases. */
export function testProbes(subjects: Readonly<Record<string, Subject>>): void {
  describe.skipIf(rows.length === 0).each(Object.entries(subjects))("%s", (id, subject) => {
    const row = rows.find((one) => one.id === id);

    test("the default", () => {
      const { decision } = subject.attempt(worldOf(subject));
      const expected = [row?.defaultVerdict, row?.defaultVerdict === "deny" ? row.errno : undefined];
      expect([decision.verdict, decision.errno]).toEqual(expected);
    });

    test("every way to change it is tried", () => {
      expect(Object.keys(subject.enabledBy ?? {})).toEqual(row?.enabledBy);
      expect(Object.keys(subject.restrictedBy ?? {})).toEqual(row?.restrictedBy);
    });

    for (const [words, variant] of Object.entries(subject.enabledBy ?? {}))
      test(`enabled by ${words}`, () => {
        const { attempt = subject.attempt } = variant;
        expect(result(attempt(worldOf(subject, variant)))).toBe("ok");
      });

    for (const [words, { errno, ...variant }] of Object.entries(subject.restrictedBy ?? {}))
      test(`restricted by ${words}`, () => {
        expect(result(subject.attempt(worldOf(subject, variant)))).toBe(errno);
      });

    for (const [release, expected] of Object.entries(subject.releases ?? {}))
      test(`on ${release}`, () => {
        expect(result(subject.attempt(worldOf(subject, { release })))).toBe(expected);
      });
  });
}
