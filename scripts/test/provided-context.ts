/** What the tests' global setup provides, so that `inject('databases')` is typed in every workspace. */

import type {} from 'vitest'

/** A Postgres server to run database tests on. */
export interface TestDatabase {
  /** For titles: `Postgres 18.4 (embedded)`. */
  name: string
  /** postgres:// URL of a login with CREATEDB and CREATEROLE. */
  url: string
}

declare module 'vitest' {
  interface ProvidedContext {
    databases: TestDatabase[]
    /** Whether what is repeated is repeated as often as the long round does: `npm run test:long`. */
    isLong: boolean
  }
}
