/** Where to go after signing in, when the address says so: only ever to a page of this site. */

const home = '/dashboard'

/** Where a tab goes when the account it shows was deleted in another one. */
export const deletedPath = '/sign-in?deleted'

/** The path in `?next=`, or the dashboard when there is none or it leads elsewhere. */
export function readNextPath(value: string | string[] | undefined): string {
  const path = typeof value === 'string' ? readOwnPath(value) : null
  // Signing in leads away from the sign-in pages, and never into an endpoint.
  return path === null || /^\/(sign-in|sign-up|api)([/?#]|$)/.test(path) ? home : path
}

/** A path of this site as a browser would follow it; null for everything else. */
export function readOwnPath(value: string): string | null {
  if (!value.startsWith('/') || value.length > 2000) return null
  // Browsers read a backslash as a slash and skip control characters, so that `/\host` would be another site.
  if (/[\\\p{Cc}]/u.test(value)) return null
  const base = 'https://site.invalid'
  if (!URL.canParse(value, base)) return null
  const url = new URL(value, base)
  if (url.origin !== base) return null
  const path = `${url.pathname}${url.search}${url.hash}`
  // Dots are resolved by now, and may have left two slashes at the start: another site again.
  return path.startsWith('//') ? null : path
}

/** The address of the sign-in page that leads back to a path. */
export function toSignIn(path: string): string {
  return path === home ? '/sign-in' : `/sign-in?next=${encodeURIComponent(path)}`
}
