/** How long ago a moment was, in days. */

import { tasksCopy } from '../copy/tasks.js'
import { countDays, formatDay, toDayIn } from './day.js'

/** @param timeZone The person's, so that the server and the browser say the same. */
export function describeAgo(moment: string, today: string, timeZone: string): string {
  const day = toDayIn(timeZone, new Date(moment))
  const days = countDays(day, today)
  if (days <= 0) return tasksCopy.ago.today
  if (days === 1) return tasksCopy.ago.yesterday
  return days < 7 ? tasksCopy.ago.days(days) : formatDay(day, today)
}
