/** Whose tasks the inspector asks for in vain. */

import type { Auth } from '../auth/create-auth.js'

/**
 * Picks the id of somebody else: on a trial's own machine a real one; elsewhere one that is nobody's, because ids are
 * not for everybody.
 */
export async function pickStranger(auth: Auth, userId: string, isTrial: boolean): Promise<string> {
  const nobody = crypto.randomUUID()
  if (!isTrial) return nobody
  const { adapter } = await auth.$context
  const other = await adapter.findOne<{ id: string }>({
    model: 'user',
    where: [{ field: 'id', operator: 'ne', value: userId }],
    select: ['id'],
  })
  return other?.id ?? nobody
}
