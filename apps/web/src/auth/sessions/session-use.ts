/** How exactly it is known when a session was last used. */

/** Seconds after which a session that is in use is written down as used. */
export const sessionUpdateAge = 3600
