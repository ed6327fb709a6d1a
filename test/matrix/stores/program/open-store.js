/** The stores by name: a database of its own for each run, on the servers that the variables name. */
import { randomBytes } from 'node:crypto'
import { createRequire } from 'node:module'
import { drizzleAdapter } from 'better-auth/adapters/drizzle'
import { memoryAdapter } from 'better-auth/adapters/memory'
import { prismaAdapter } from 'better-auth/adapters/prisma'
import { getAuthTables } from 'better-auth/db'
import { toDrizzleTables } from './drizzle-tables.js'
import { generatePrismaClient } from './prisma-client.js'

const { POSTGRES_18, POSTGRES_15, MARIADB, REDIS } = process.env

/**
 * `options` go to Better Auth, `migrations` is what its migration runs on, or null where there are no tables, and
 * `open` gives what Better Auth keeps its rows in.
 */
export async function openStore(name) {
  const stores = {
    memory: openMemory,
    'postgres-18': () => openPostgres(POSTGRES_18),
    'postgres-15': () => openPostgres(POSTGRES_15),
    mariadb: openMariadb,
    'node-sqlite': openNodeSqlite,
    'better-sqlite3': openBetterSqlite,
    drizzle: openDrizzle,
    prisma: openPrisma,
    'redis-and-database': () => openRedis({ storeSessionInDatabase: true }),
    'redis-alone': () => openRedis({}),
  }
  const { options = {}, migrations = null, open = () => migrations, close } = await stores[name]()
  return { options, migrations, open, close: async () => close?.() }
}

async function openMemory() {
  const open = (options) => {
    const names = Object.keys(getAuthTables(options))
    return memoryAdapter(Object.fromEntries(names.map((name) => [name, []])))
  }
  return { open }
}

async function openPostgres(server) {
  const { default: pg } = await import('pg')
  const name = `claimcheck_matrix_${randomBytes(5).toString('hex')}`
  const admin = new pg.Pool({ connectionString: server, max: 1 })
  await admin.query(`create database ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  const pool = new pg.Pool({ connectionString: url.href })
  // A connection that is being ended may be told so by the server as well.
  pool.on('error', () => undefined)
  async function close() {
    await pool.end()
    await admin.query(`drop database ${name} with (force)`)
    await admin.end()
  }
  return { migrations: pool, url: url.href, close }
}

async function openMariadb() {
  const { createPool } = await import('mysql2/promise')
  const name = `claimcheck_matrix_${randomBytes(5).toString('hex')}`
  const admin = createPool({ uri: MARIADB })
  await admin.query(`create database ${name}`)
  const pool = createPool({ uri: `${MARIADB}/${name}`, timezone: 'Z' })
  async function close() {
    await pool.end()
    await admin.query(`drop database ${name}`)
    await admin.end()
  }
  return { migrations: pool, close }
}

async function openNodeSqlite() {
  const { DatabaseSync } = await import('node:sqlite')
  const database = new DatabaseSync(':memory:')
  return { migrations: database, close: () => database.close() }
}

async function openBetterSqlite() {
  // Its binary is loaded by its real path; a package in CommonJS.
  const Database = createRequire(import.meta.url)('better-sqlite3')
  const database = new Database(':memory:')
  return { migrations: database, close: () => database.close() }
}

async function openDrizzle() {
  const { drizzle } = await import('drizzle-orm/node-postgres')
  const store = await openPostgres(POSTGRES_18)
  const open = (options) => {
    const schema = toDrizzleTables(getAuthTables(options))
    return drizzleAdapter(drizzle(store.migrations, { schema }), { provider: 'pg', schema })
  }
  return { ...store, open }
}

async function openPrisma() {
  const { PrismaPg } = await import('@prisma/adapter-pg')
  const store = await openPostgres(POSTGRES_18)
  let client
  const open = async (options) => {
    const { PrismaClient } = generatePrismaClient(getAuthTables(options))
    client = new PrismaClient({ adapter: new PrismaPg({ connectionString: store.url }) })
    return prismaAdapter(client, { provider: 'postgresql' })
  }
  async function close() {
    await client?.$disconnect()
    await store.close()
  }
  return { ...store, open, close }
}

async function openRedis(session) {
  const { Redis } = await import('ioredis')
  const store = await openPostgres(POSTGRES_18)
  const redis = new Redis(REDIS, { keyPrefix: `${randomBytes(5).toString('hex')}:` })
  const secondaryStorage = {
    get: (key) => redis.get(key),
    set: async (key, value, ttl) => {
      if (ttl) await redis.set(key, value, 'EX', ttl)
      else await redis.set(key, value)
    },
    delete: async (key) => {
      await redis.del(key)
    },
  }
  async function close() {
    redis.disconnect()
    await store.close()
  }
  return { ...store, options: { secondaryStorage, session }, close }
}
