/** What Better Auth may keep its rows and sessions in, and what is expected of each. */

export interface Store {
  /** What the program knows it by. */
  readonly id: string
  /** What the page calls it. */
  readonly name: string
  /** The server that it needs, by the variable that holds its address. */
  readonly server?: 'POSTGRES_18' | 'POSTGRES_15' | 'MARIADB' | 'REDIS'
  /** The package that it needs, which cannot be installed everywhere. */
  readonly package?: string
  /** Runs on the newest Node of the matrix: what it needs is not in Node 20. */
  readonly isNewerNode?: boolean
  /** It is refused at the start, by a sentence like this: that is right, and said on the page. */
  readonly refusal?: RegExp
}

export const stores: readonly Store[] = [
  { id: 'postgres-18', name: 'Postgres 18', server: 'POSTGRES_18' },
  { id: 'postgres-15', name: 'Postgres 15', server: 'POSTGRES_15' },
  { id: 'mariadb', name: 'MariaDB 10.11 (mysql2)', server: 'MARIADB' },
  { id: 'better-sqlite3', name: 'SQLite (better-sqlite3)', package: 'better-sqlite3' },
  { id: 'node-sqlite', name: 'SQLite (node:sqlite, Node 24)', isNewerNode: true },
  { id: 'drizzle', name: 'Drizzle on Postgres 18', server: 'POSTGRES_18' },
  { id: 'prisma', name: 'Prisma 7 on Postgres 18', server: 'POSTGRES_18' },
  {
    id: 'redis-and-database',
    name: 'Redis `secondaryStorage`, `storeSessionInDatabase: true`',
    server: 'REDIS',
  },
  {
    id: 'redis-alone',
    name: 'Redis `secondaryStorage` alone',
    server: 'REDIS',
    refusal: /sessions that are in no database end without a trace/,
  },
  { id: 'memory', name: 'memory, of one process' },
]
