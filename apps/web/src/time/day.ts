/** Days as `YYYY-MM-DD`, and what people call them. */

/** The day that a moment falls on in a time zone. */
export function toDayIn(timeZone: string, moment: Date): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    timeZone,
  }).formatToParts(moment)
  const read = (type: string) => parts.find((part) => part.type === type)?.value ?? ''
  return `${read('year').padStart(4, '0')}-${read('month')}-${read('day')}`
}

/** The day that a moment falls on here. */
export function toDay(moment: Date): string {
  const year = String(moment.getFullYear()).padStart(4, '0')
  const month = String(moment.getMonth() + 1).padStart(2, '0')
  return `${year}-${month}-${String(moment.getDate()).padStart(2, '0')}`
}

/** Days from one day to another; negative when the other is earlier. */
export function countDays(from: string, to: string): number {
  return Math.round((toNoon(to).getTime() - toNoon(from).getTime()) / 86_400_000)
}

/** The day that many days later. */
export function addDays(day: string, days: number): string {
  const moment = toNoon(day)
  moment.setUTCDate(moment.getUTCDate() + days)
  return moment.toISOString().slice(0, 10)
}

/** `Mon 3 Nov`, with the year when it is another one. */
export function formatDay(day: string, today: string, locale = 'en-GB'): string {
  return new Intl.DateTimeFormat(locale, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
    ...(day.slice(0, 4) !== today.slice(0, 4) && { year: 'numeric' }),
  })
    .format(toNoon(day))
    .replace(',', '')
}

/** `Friday`. */
export function formatWeekday(day: string, locale = 'en-GB'): string {
  return new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' }).format(toNoon(day))
}

/** Noon, so that no change of the clocks moves it into another day. */
function toNoon(day: string): Date {
  return new Date(`${day}T12:00:00Z`)
}
