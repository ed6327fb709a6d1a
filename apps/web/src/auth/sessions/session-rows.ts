/** Sessions ended by what they are, wherever they are kept. */
import type { AuthContext, Where } from 'better-auth'

export interface SessionStores {
  readonly adapter: Pick<AuthContext['adapter'], 'deleteMany' | 'findMany'>
  readonly secondaryStorage?: AuthContext['secondaryStorage']
}

/** More than one person has. */
const EVERY_ROW = 100_000

/**
 * The adapter writes down what it ends, before it does, so that issued tokens are refused as well. A
 * storage in front of the database forgets them first: a session that it still knew would go on.
 *
 * @returns How many ended.
 */
export async function endSessions(stores: SessionStores, where: Where[]): Promise<number> {
  const { adapter, secondaryStorage } = stores
  if (secondaryStorage) {
    const query = { model: 'session', where, select: ['token'], limit: EVERY_ROW }
    const rows = await adapter.findMany<{ token: string }>(query)
    await Promise.all(rows.map(async ({ token }) => secondaryStorage.delete(token)))
  }
  return adapter.deleteMany({ model: 'session', where })
}
