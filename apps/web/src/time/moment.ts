/** When somebody signed in or was last here, in the words of their own day. */

import { SESSION_UPDATE_AGE } from '../auth/sessions/session-use.js'
import { accountCopy } from '../copy/account.js'
import { addDays, formatDay, toDayIn } from './day.js'

const words = accountCopy.devices

/** `today at 14:05`, `on Mon 3 Nov at 09:30`. */
export function describeMoment(moment: Date, now: Date, timeZone: string): string {
  const today = toDayIn(timeZone, now)
  const day = toDayIn(timeZone, moment)
  const time = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone }).format(moment)
  if (day === today) return words.today(time)
  if (day === addDays(today, -1)) return words.yesterday(time)
  return words.day(formatDay(day, today), time)
}

/** When a session was last used; null for so short a time ago that nothing more exact is known. */
export function describeUse(moment: Date, now: Date, timeZone: string): string | null {
  const isRecent = now.getTime() - moment.getTime() < SESSION_UPDATE_AGE * 1000
  return isRecent ? null : describeMoment(moment, now, timeZone)
}
