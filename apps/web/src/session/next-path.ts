// Where to go after signing in, when the address says so: only ever to a page of this site.

const home = '/dashboard'

/** Where a tab goes when the account it shows was deleted in another one. */
export const deletedPath = '/sign-in?deleted'

/** The path in `?next=`, or the dashboard when there is none or it leads elsewhere. */
export function readNextPath(value: string | string[] | undefined): string {
  if (typeof value !== 'string' || !value.startsWith('/') || value.length > 2000) return home
  // Browsers read a backslash as a slash and skip control characters, so that `/\host` would be another site.
  if (/[\\\p{Cc}]/u.test(value)) return home
  const base = 'https://site.invalid'
  if (!URL.canParse(value, base)) return home
  const url = new URL(value, base)
  if (url.origin !== base) return home
  // Signing in leads away from the sign-in pages, and never into an endpoint.
  if (/^\/(sign-in|sign-up|api)(\/|$)/.test(url.pathname)) return home
  const path = `${url.pathname}${url.search}${url.hash}`
  // Dots are resolved by now, and may have left two slashes at the start: another site again.
  return path.startsWith('//') ? home : path
}

/** The address of the sign-in page that leads back to a path. */
export function toSignIn(path: string): string {
  return path === home ? '/sign-in' : `/sign-in?next=${encodeURIComponent(path)}`
}
