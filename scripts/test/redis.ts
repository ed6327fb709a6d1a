/** A Redis of one's own on a free port, where redis-server is installed; it keeps nothing. */
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { startChild } from '../process/child.js'
import { findFreePort } from '../process/port.js'

export interface RedisServer {
  readonly url: string
  readonly port: number
  stop(): Promise<unknown>
}

/** Milliseconds after which one that does not end is killed. */
const GRACE_MS = 5000

/** The path of the program, or undefined where it is not installed. */
export function findRedis(): string | undefined {
  return ['/usr/bin/redis-server', '/usr/local/bin/redis-server'].find(existsSync)
}

/**
 * Starts one, and waits until it takes connections.
 *
 * @param wanted The port. Default: a free one.
 */
export async function startRedis(program: string, wanted?: number): Promise<RedisServer> {
  const port = wanted ?? (await findFreePort())
  const place = ['--port', String(port), '--bind', '127.0.0.1']
  const child = await startChild(program, [...place, '--save', '', '--appendonly', 'no'], {
    cwd: tmpdir(),
    env: process.env,
    output: () => {},
  })
  let exit: object | undefined
  void child.exited.then((how) => {
    exit = how
  })
  while (!(await isListening(port))) {
    if (exit) throw new Error(`${program} ended: ${JSON.stringify(exit)}`)
    await wait(20)
  }
  return { url: `redis://127.0.0.1:${port}`, port, stop: () => child.stop(GRACE_MS) }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
