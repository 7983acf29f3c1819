/** How much is booted to find mistakes: more would keep an editor waiting. The pages of the rules tell of it. */

/** Zones of one file that are booted. */
export const MOST_ZONES = 2000;
/** Resources of a zone that is booted. */
export const MOST_RESOURCES = 200;
