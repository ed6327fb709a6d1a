/**
 * The e-mail address somebody typed, taken along from one form to the next: in this tab alone, and never in an address
 * of the site, which ends up in logs and histories.
 */

const key = 'claimcheck.address'

export function carryAddress(email: string): void {
  try {
    if (email) window.sessionStorage.setItem(key, email)
    else window.sessionStorage.removeItem(key)
  } catch {
    // A browser that refuses its storage has it typed once more.
  }
}

/** What was carried here, once; empty when nothing was. */
export function takeAddress(): string {
  try {
    const email = window.sessionStorage.getItem(key) ?? ''
    window.sessionStorage.removeItem(key)
    return email
  } catch {
    return ''
  }
}
