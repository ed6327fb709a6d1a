/** Every step the schema has taken, in order; the name is what the database remembers. */
import type { Migration } from 'kysely'
import * as tasks from './0001-tasks.js'
import * as rowLevelSecurity from './0002-row-level-security.js'
import * as indexes from './0003-indexes.js'
import * as deletedAccounts from './0004-deleted-accounts.js'
import * as requestCounts from './0005-request-counts.js'
import * as mostTasks from './0006-most-tasks.js'

export const migrations: Readonly<Record<string, Migration>> = {
  '0001-tasks': tasks,
  '0002-row-level-security': rowLevelSecurity,
  '0003-indexes': indexes,
  '0004-deleted-accounts': deletedAccounts,
  '0005-request-counts': requestCounts,
  '0006-most-tasks': mostTasks,
}
