/** The processes of a database server, to end it or to have it hang. */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import type pg from 'pg'

/** The one that all others belong to. */
export async function findPostmaster(database: pg.Pool | pg.Client): Promise<number> {
  const { rows } = await database.query<{ pid: number }>('select pg_backend_pid() as pid')
  const postmaster = listParents().get(rows[0]?.pid ?? 0)
  if (postmaster === undefined) throw new Error('The database does not run on this machine.')
  return postmaster
}

/** All of them, that one first. */
export async function listServer(database: pg.Pool | pg.Client): Promise<readonly number[]> {
  const postmaster = await findPostmaster(database)
  const parents = [...listParents()]
  return [postmaster, ...parents.filter(([, parent]) => parent === postmaster).map(([pid]) => pid)]
}

/** Every process and the one that started it. */
function listParents(): ReadonlyMap<number, number> {
  if (process.platform !== 'linux') {
    const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).split('\n')
    return new Map(lines.map((line) => line.trim().split(/\s+/).map(Number) as [number, number]))
  }
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger)
  return new Map(pids.map((pid) => [pid, readParent(pid)]))
}

function readParent(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ')[1])
  } catch {
    // It has ended meanwhile.
    return Number.NaN
  }
}
