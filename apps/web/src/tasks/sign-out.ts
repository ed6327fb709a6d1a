'use client'
/** Ends the session, here and in every other tab of this browser. */

import { postAuth } from '../session/ask-auth.js'
import { tryAuth } from '../session/failure.js'
import type { Engine } from './sync/engine.js'

/** @returns The sentence for a failure; nothing when the page is on its way to the sign-in page. */
export async function signOut({
  tokens,
  drafts,
  pendingChanges,
  emptying,
  client,
}: Engine): Promise<string | null> {
  const failed = await tryAuth((fetchOptions) => postAuth('/sign-out', {}, fetchOptions))
  // A session that had ended already is no reason to stay.
  if (failed && failed.failure.status !== 401) return failed.outcome.text
  tokens.clear()
  pendingChanges.clear()
  emptying.clear()
  drafts.clear()
  client.clear()
  window.location.assign('/sign-in?signed-out')
  return null
}
