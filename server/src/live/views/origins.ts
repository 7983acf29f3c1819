import type { Cause, Decision } from "../../host/decision.ts";
import type { HostEvent } from "../../host/events.ts";
import type { DecisionView, EventView, OriginView } from "../../protocol.ts";
import type { Texts } from "../texts.ts";

/** What the host says, with places that an editor can go to. */

export function originView({ what, from, place }: Cause, texts: Texts): OriginView {
  const location = place && texts.locate(place);
  return { what, from, ...(location && { location }) };
}

export function decisionView(decision: Decision, texts: Texts): DecisionView {
  const { verdict, errno, rule, reason, causes, unsure } = decision;
  return {
    verdict,
    ...(errno && { errno }),
    rule,
    reason,
    origins: causes.map((cause) => originView(cause, texts)),
    ...(unsure && { unsure }),
  };
}

export function eventView({ causes, ...event }: HostEvent, texts: Texts): EventView {
  return { ...event, origins: causes.map((cause) => originView(cause, texts)) };
}
