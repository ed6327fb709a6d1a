// Whose tasks the inspector asks for in vain.

import { getAuth, getEnv } from '../auth/server.js'

/** On a trial's own machine another person's real id; elsewhere one that is nobody's, because ids are not for everybody. */
export async function pickStranger(userId: string): Promise<string> {
  const nobody = crypto.randomUUID()
  if (!getEnv().public.trial) return nobody
  const { adapter } = await getAuth().$context
  const other = await adapter.findOne<{ id: string }>({
    model: 'user',
    where: [{ field: 'id', operator: 'ne', value: userId }],
    select: ['id'],
  })
  return other?.id ?? nobody
}
