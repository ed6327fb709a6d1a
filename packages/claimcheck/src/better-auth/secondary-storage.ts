/**
 * Sessions that are kept in a database and, for speed, in a secondary storage as well: Better Auth
 * deletes them from the storage first, so that is where their end has to be recorded.
 */
import type { AuthContext, SecondaryStorage } from 'better-auth'
import type { RevocationLog } from './revocation-log.js'

/** Better Auth's list of one person's sessions; it may go at any time. */
const listPrefix = 'active-sessions-'

/** A storage that does the same, and records the end of a session before it deletes it. */
export function watchStorage(
  storage: SecondaryStorage,
  adapter: AuthContext['adapter'],
  log: RevocationLog,
): SecondaryStorage {
  return new Proxy(storage, {
    get(target, name) {
      if (name === 'delete') return remove
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })

  async function remove(key: string): Promise<void> {
    if (!key.startsWith(listPrefix))
      await log.endSessions(adapter, [{ field: 'token', value: key }])
    await storage.delete(key)
  }
}
