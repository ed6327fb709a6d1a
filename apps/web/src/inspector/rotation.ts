/** The next signing key, published because somebody wants to see that nothing fails. */

import { type NextKey, rotateKeys } from 'claimcheck/better-auth'
import type { Auth } from '../auth/create-auth.js'

export type Rotation =
  | {
      readonly state: 'published'
      readonly keyId: string
      /** Milliseconds until it signs. */
      readonly signsIn: number
    }
  /** So many keys are published that another has to wait until old ones retire, which takes a day. */
  | { readonly state: 'full' }

/** Verifiers read all published keys, so people may not add to them without end. */
const MOST_KEYS = 20

const latest = new WeakMap<Auth, NextKey>()

/** Publishes the next key. While one that was published here waits to sign, that is the one. */
export async function rotateOnce(auth: Auth): Promise<Rotation> {
  const waiting = latest.get(auth)
  if (waiting && waiting.signsFrom.getTime() > Date.now()) return toPublished(waiting)
  const { keys } = await auth.api.getJwks()
  if (keys.length >= MOST_KEYS) return { state: 'full' }
  const next = await rotateKeys(auth)
  latest.set(auth, next)
  return toPublished(next)
}

function toPublished({ keyId, signsFrom }: NextKey): Rotation {
  return { state: 'published', keyId, signsIn: signsFrom.getTime() - Date.now() }
}
