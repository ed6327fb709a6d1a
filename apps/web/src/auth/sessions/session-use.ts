/** How exactly it is known when a session was last used. */

/** Seconds after which a session that is in use is written down as used. */
export const SESSION_UPDATE_AGE = 3600
