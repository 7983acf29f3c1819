/** How much is started to find mistakes: more would keep an editor waiting. The pages of the rules tell of it. */

/** Jails of a configuration that are started, the first ones. */
export const MOST_JAILS = 2000;
/** A jail that needs more others than these is not started: it would cost their start each time. */
export const MOST_MEMBERS = 16;
