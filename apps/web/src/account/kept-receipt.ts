/** The receipt of a deleted account, kept for a reload of its page, in this tab alone: nothing else knows of it. */

const key = 'claimcheck.receipt'

export interface KeptReceipt {
  readonly email: string
  /** Milliseconds since 1970. */
  readonly deletedAt: number
}

export const receiptPath = '/account-deleted'

export function keepReceipt(receipt: KeptReceipt): void {
  try {
    window.sessionStorage.setItem(key, JSON.stringify(receipt))
  } catch {
    // A browser that refuses its storage is shown that the account is deleted, without the details.
  }
}

export function readReceipt(): KeptReceipt | null {
  try {
    const kept: unknown = JSON.parse(window.sessionStorage.getItem(key) ?? 'null')
    return isReceipt(kept) ? kept : null
  } catch {
    return null
  }
}

function isReceipt(value: unknown): value is KeptReceipt {
  if (typeof value !== 'object' || value === null) return false
  const { email, deletedAt } = value as Record<keyof KeptReceipt, unknown> // An object may have any members.
  return typeof email === 'string' && typeof deletedAt === 'number'
}
