import type { Decision } from "../../host/decision.ts";
import type { Verdict } from "../../simulation/attempts.ts";
import { type Paint, paint } from "../colour.ts";
import type { Booted } from "../containers.ts";
import { originsOf } from "./origins.ts";

/** How verdicts are shown: a mark with its colour, and the word. */
export const VERDICTS: Readonly<
  Record<Decision["verdict"], { readonly mark: string; readonly colour: Paint; readonly word: string }>
> = {
  allow: { mark: "✓", colour: "green", word: "allowed" },
  contained: { mark: "≈", colour: "cyan", word: "contained" },
  deny: { mark: "✗", colour: "red", word: "denied" },
  assumed: { mark: "~", colour: "yellow", word: "not tried" },
};

export function mark({ verdict }: Decision): string {
  return paint(VERDICTS[verdict].colour, VERDICTS[verdict].mark);
}

/**
 * A decision for tools. What is contained succeeds, so that it is allowed; what could not be tried is not known to be
 * refused.
 */
export function decisionJson(booted: Booted, { probe, decision, severity }: Verdict) {
  const { verdict, errno, reason, causes } = decision;
  return {
    probe: probe.id,
    title: probe.title,
    verdict: verdict === "deny" ? "deny" : "allow",
    ...(verdict === "contained" && { contained: true }),
    ...(verdict === "assumed" && { assumed: true }),
    ...(errno !== undefined && { errno }),
    reason,
    origins: originsOf(booted, causes),
    ...(severity && { severity }),
  };
}
