import type { TextRequest } from "../protocol.ts";
import { timelineText } from "../simulation/timeline.ts";
import type { LiveHost } from "./liveHost.ts";

/** More places of one event are not named. */
const MOST_PLACES = 3;

/** Texts about containers for virtual documents; `undefined` where there is nothing to show. */
export function containerText(live: LiveHost, { container, what }: TextRequest): string | undefined {
  const guest = container === undefined ? undefined : live.find(container);
  if (container !== undefined && !guest) return undefined;
  switch (what) {
    case "configuration": {
      if (guest) return guest.file?.text(guest.name);
      const all = live.files.flatMap((file) => file.text(undefined) ?? []);
      return all.length > 0 ? all.join("\n") : undefined;
    }
    case "list":
      return live.guests.listText(live.host);
    case "timeline": {
      const events = live.host.events.filter((event) => !guest || event.container === guest.name);
      if (events.length === 0) return undefined;
      return timelineText(events, (causes) => {
        const places = causes.flatMap(({ place }) => (place && live.texts.lineOf(place)) ?? []);
        return [...new Set(places)].slice(0, MOST_PLACES).join(", ");
      });
    }
  }
}
