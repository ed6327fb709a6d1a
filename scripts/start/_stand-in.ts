/** A repository in small, for tests of the supervisor: the real scripts around two tiny apps. */

import { chmod, cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { root } from './data-dir.js'

export interface StandIn {
  root: string
  remove(): Promise<void>
}

/** Both apps in one: what the supervisor asks of either, and a log of it at the root. */
const app = `
import { appendFileSync } from 'node:fs'
import { createServer } from 'node:http'

if (process.env.STAND_IN_FAILS === process.cwd().split('/').at(-1)) {
  console.error('The stand-in was told to fail.')
  process.exit(1)
}
const log = '../../' + process.cwd().split('/').at(-1) + '.log'
const server = createServer((request, response) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    const line = { method: request.method, url: request.url, body: Buffer.concat(chunks).toString() }
    if (request.method === 'POST') appendFileSync(log, JSON.stringify(line) + '\\n')
    response.setHeader('set-cookie', 'session=1; HttpOnly')
    response.end(JSON.stringify({ token: 'a.b.c', pid: process.pid, env: process.env }))
  })
})
server.listen(Number(process.env.PORT), process.env.HOST ?? '127.0.0.1')
process.on('SIGTERM', () => {
  appendFileSync(log, '{"stopped":true}\\n')
  process.exit(0)
})
`

const build = (target: string) =>
  `node -e "const fs = require('fs'); fs.mkdirSync('${dirname(target)}', { recursive: true }); fs.copyFileSync('src.mjs', '${target}')"`

export async function createStandIn(): Promise<StandIn> {
  const folder = await mkdtemp(join(tmpdir(), 'claimcheck-stand-in-'))
  // When root runs the tests, another user runs Postgres and has to pass through.
  await chmod(folder, 0o711)
  await cp(join(root, 'scripts'), join(folder, 'scripts'), { recursive: true })
  await linkPackages(folder)
  const start = 'node --import tsx scripts/start.ts'
  await writePackage(folder, { workspaces: ['packages/*', 'apps/*'], scripts: { start } })
  await writeWorkspace(folder, 'packages/claimcheck', 'dist/index.js')
  await writeWorkspace(folder, 'apps/api', 'dist/src/main.js')
  await writeWorkspace(folder, 'apps/web', 'dist/main.js')
  return { root: folder, remove: () => rm(folder, { recursive: true, force: true }) }
}

/** The folder itself is the stand-in's own, because builds leave their stamps in it. */
async function linkPackages(folder: string): Promise<void> {
  const target = join(folder, 'node_modules')
  await mkdir(target)
  for (const name of await readdir(join(root, 'node_modules'))) {
    if (name.startsWith('.') && name !== '.bin') continue
    await symlink(join(root, 'node_modules', name), join(target, name))
  }
}

async function writeWorkspace(folder: string, path: string, target: string): Promise<void> {
  await mkdir(join(folder, path), { recursive: true })
  await writePackage(join(folder, path), {
    name: path.replaceAll('/', '-'),
    scripts: { build: build(target) },
  })
  await writeFile(join(folder, path, 'src.mjs'), app)
}

async function writePackage(folder: string, content: object): Promise<void> {
  const text = { private: true, version: '0.0.0', type: 'module', ...content }
  await writeFile(join(folder, 'package.json'), JSON.stringify(text, null, 2))
}
