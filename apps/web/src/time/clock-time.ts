/** Times as the inspector writes them. */

/** `14:05`, or `0:09` for less than a minute. */
export function toCountdown(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

/** `14:05:09`, of seconds since 1970, where the browser is. */
export function toClockTime(seconds: number): string {
  return new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' }).format(seconds * 1000)
}
