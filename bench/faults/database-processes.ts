/** The processes of a database server; only Linux tells. */
import { readdirSync, readFileSync } from 'node:fs'
import type pg from 'pg'

/** The one that all others belong to. */
export async function findPostmaster(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid')
  return readParent(rows[0]?.pid ?? 0)
}

/** All of them, that one first. */
export async function listServer(pool: pg.Pool): Promise<readonly number[]> {
  const postmaster = await findPostmaster(pool)
  const all = readdirSync('/proc').map(Number).filter(Number.isInteger)
  return [postmaster, ...all.filter((pid) => readParent(pid) === postmaster)]
}

function readParent(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ')[1])
  } catch {
    return Number.NaN
  }
}
