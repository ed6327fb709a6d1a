/**
 * `npm run trial:adopt`: what a new user goes through. Packs the library, makes a Better Auth app and an Express API
 * in a
 * fresh folder, follows docs/five-minutes.md word for word, and says how long each step took. Needs the npm registry.
 */

import { execFile } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startPostgres } from './postgres/embedded.js'
import { findFreePort } from './process/port.js'
import { createProgress } from './process/progress.js'
import { printFailure, StartError } from './process/start-error.js'
import { createStops } from './process/stops.js'
import { buildStale, library } from './start/builds.js'
import { root } from './start/data-dir.js'
import { type Adoption, adopt } from './trial/adoption.js'

const answers = [
  'sign up: 200',
  'with the token: 200',
  'without a token: 401',
  'sign out: 200',
  'after signing out: 401',
]
const stops = createStops()

try {
  const { steps, printed } = await run()
  for (const { title, seconds } of steps)
    console.log(`${seconds.toFixed(1).padStart(6)} s  ${title}`)
  const followed = steps.filter(({ title }) => !title.startsWith('before'))
  const total = followed.reduce((sum, { seconds }) => sum + seconds, 0)
  console.log(`${total.toFixed(1).padStart(6)} s  the page, in all\n\n${printed}`)
  if (!answers.every((line) => printed.includes(line)) || !printed.includes('token_revoked')) {
    throw new StartError(`The page promises other answers: ${answers.join(', ')}.`)
  }
} catch (error) {
  printFailure(error)
  process.exitCode = 1
} finally {
  await stops.run()
}

async function run(): Promise<Adoption> {
  await buildStale([library], { root, progress: createProgress() })
  const folder = await mkdtemp(join(tmpdir(), 'claimcheck-adopt-'))
  stops.add(() => rm(folder, { recursive: true, force: true }))
  // When root runs it, another user runs Postgres and has to pass through.
  await chmod(folder, 0o711)
  const postgres = await startPostgres({ dataDir: join(folder, 'data'), durable: false })
  stops.add(postgres.stop)
  const packed = await npm(join(root, library.folder), 'pack', '--pack-destination', folder)
  const tarball = join(folder, packed.trim().split('\n').at(-1) ?? '')
  return adopt({
    folder,
    page: await readFile(join(root, 'docs/five-minutes.md'), 'utf8'),
    databaseUrl: postgres.url('claimcheck_auth'),
    ports: { app: await findFreePort(), api: await findFreePort() },
    install: async (project, packages) => {
      const named = packages.map((name) => (name === 'claimcheck' ? tarball : name))
      await npm(project, 'install', '--no-audit', '--no-fund', ...named)
    },
  })
}

async function npm(cwd: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('npm', ['--loglevel=error', ...args], { cwd })
  return stdout
}
