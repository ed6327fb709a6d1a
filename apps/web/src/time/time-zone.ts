/** The person's time zone: a cookie, so that the server knows what day it is for them. */

export const timeZoneCookie = 'time-zone'

/** A name like `Europe/Berlin`; UTC when the cookie is missing or holds something else. */
export function readTimeZone(value: string | undefined): string {
  if (value === undefined || value.length > 64) return 'UTC'
  try {
    new Intl.DateTimeFormat('en', { timeZone: value })
    return value
  } catch {
    return 'UTC'
  }
}
