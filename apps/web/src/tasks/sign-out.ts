'use client'
/** Ends the session, here and in every other tab of this browser. */

import { askToSignOut } from '../session/ask-auth.js'
import { readAuthFailure } from '../session/failure.js'
import type { Engine } from './sync/engine.js'

/** @returns The sentence for a failure; nothing when the page is on its way to the sign-in page. */
export async function signOut({
  tokens,
  drafts,
  pendingChanges,
  emptying,
  client,
}: Engine): Promise<string | null> {
  const response = await askToSignOut().catch(() => undefined)
  // A session that had ended already is no reason to stay.
  if (!response?.ok && response?.status !== 401) {
    return readAuthFailure({ status: response?.status }, response).text
  }
  tokens.clear()
  pendingChanges.clear()
  emptying.clear()
  drafts.clear()
  client.clear()
  window.location.assign('/sign-in?signed-out')
  return null
}
