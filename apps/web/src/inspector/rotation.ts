// The next signing key, published because somebody wants to see that nothing fails.

import { type NextKey, rotateKeys } from 'claimcheck/better-auth'
import { getAuth } from '../auth/server.js'

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
const mostKeys = 20

let latest: NextKey | null = null

/** Publishes the next key. While one that was published here waits to sign, that is the one. */
export async function rotateOnce(): Promise<Rotation> {
  const auth = getAuth()
  if (latest === null || latest.signsFrom.getTime() <= Date.now()) {
    const { keys } = await auth.api.getJwks()
    if (keys.length >= mostKeys) return { state: 'full' }
    latest = await rotateKeys(auth)
  }
  const { keyId, signsFrom } = latest
  return { state: 'published', keyId, signsIn: signsFrom.getTime() - Date.now() }
}
