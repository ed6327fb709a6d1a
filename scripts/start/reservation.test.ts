import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findFreePort } from '../process/port.js'
import { reserve } from './reservation.js'
import { readSettings, type Settings } from './settings.js'

type Case = ['web' | 'api', variable: string, host: string]

const cases: Case[] = [
  ['web', 'BETTER_AUTH_URL', '127.0.0.1'],
  ['api', 'API_URL', '127.0.0.1'],
]
const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
if (addresses.some(({ address }) => address === '::1'))
  cases.push(['web', 'BETTER_AUTH_URL', '::1'])

let settings: Settings
const servers: Server[] = []

beforeEach(async () => {
  const env = {
    BETTER_AUTH_URL: `http://localhost:${await findFreePort()}`,
    API_URL: `http://localhost:${await findFreePort()}`,
    DATA_DIR: await mkdtemp(join(tmpdir(), 'claimcheck-reserve-')),
  }
  settings = readSettings(env, [])
})

afterEach(async () => {
  for (const server of servers.splice(0)) server.close()
  await rm(settings.dataDir, { recursive: true, force: true })
})

describe('reserving', () => {
  test('gives the data and the ports to one run', async () => {
    const lock = await reserve(settings)
    await lock.release()
  })

  test.each(cases)(
    'names for a taken port of %s the variable %s (on %s)',
    async (part, variable, host) => {
      const { port } = settings[part]
      await listen(port, host)
      const next = `${variable}=http://localhost:${port + 1}.`
      await expect(reserve(settings)).rejects.toThrow(
        `Port ${port} is taken by another program. Stop that one, or choose another port with ${variable}, for example ${next}`,
      )
      // Nothing is left that would refuse the next try.
      expect(await readdir(join(settings.dataDir, 'start.lock'))).toEqual([])
    },
  )

  test('waits for the ports of a run that was killed', async () => {
    await mkdir(join(settings.dataDir, 'start.lock'))
    await writeFile(join(settings.dataDir, 'start.lock', `${process.pid}-00000000-1.abcdef01`), '')
    const server = await listen(settings.web.port, '127.0.0.1')
    const reserved = reserve(settings)
    setTimeout(() => server.close(), 300)
    const lock = await reserved
    expect(lock.wasAbandoned).toBe(true)
    await lock.release()
  })
})

async function listen(port: number, host: string): Promise<Server> {
  const server = createServer().listen(port, host)
  servers.push(server)
  await once(server, 'listening')
  return server
}
