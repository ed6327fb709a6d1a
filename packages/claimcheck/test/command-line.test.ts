/** The program as people run it: the commands of docs/command-line.md, over HTTP, and the page in step. */
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authErrors } from '../src/errors.js'
import { createTestIssuer } from '../src/testing/index.js'
import { library, root } from './_entry-points.js'
import { serveIssuer } from './_world.js'

const program = join(library, 'dist/cli/main.js')
const example = join(library, 'test/command-line.example.sh')

describe('the commands of the page', () => {
  let folder: string
  let server: Server
  let env: NodeJS.ProcessEnv

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'claimcheck-cli-'))
    server = createServer(async (request, response) => {
      const address = `http://${request.headers.host}`
      const answer =
        request.url === '/api/me'
          ? new Response(null, {
              status: request.headers.authorization?.includes('.good') ? 200 : 401,
              headers: { 'www-authenticate': 'Bearer' },
            })
          : await serveIssuer(issuer, new Request(`${address}${request.url}`))
      response.writeHead(answer.status, Object.fromEntries(answer.headers))
      response.end(await answer.text())
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo // A server that listens on TCP has one.
    const ISSUER = `http://127.0.0.1:${port}`
    const issuer = await createTestIssuer({ issuer: ISSUER, audience: ISSUER })
    await writeFile(join(folder, 'token.txt'), await issuer.sign({ sub: 'ada', sid: 's1' }))
    // What npm puts there when the package is installed.
    await writeFile(
      join(folder, 'npx'),
      `#!/bin/sh\nshift\nexec "${process.execPath}" "${program}" "$@"\n`,
    )
    await chmod(join(folder, 'npx'), 0o755)
    const PATH = `${folder}${delimiter}${process.env.PATH}`
    env = { PATH, ISSUER, AUDIENCE: ISSUER, API: `${ISSUER}/api/me` }
  })
  afterAll(async () => {
    server.closeAllConnections()
    server.close()
    await rm(folder, { recursive: true })
  })

  it('run, find what is there, and print no token', async () => {
    const text = await readFile(example, 'utf8')
    const commands = text.split('\n').filter((line) => line.startsWith('npx'))
    const ends = []
    let printed = ''
    for (const command of commands) {
      const ended = await promisify(execFile)('sh', ['-c', command], { cwd: folder, env }).then(
        ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
        (error: { code: number; stdout: string; stderr: string }) => error,
      )
      expect(ended.stderr).toBe('')
      ends.push(ended.code)
      printed += ended.stdout
    }
    // This API knows no token, which the last command finds out.
    expect(ends).toEqual([0, 0, 0, 1])
    expect(printed).toContain('good: It is a token of a person')
    expect(printed).toContain('good: The issuer publishes a key to verify with.')
    expect(printed).toContain('fault: The API refuses a good token.')
    const token = await readFile(join(folder, 'token.txt'), 'utf8')
    expect(printed).not.toContain(token.slice(token.lastIndexOf('.')))
  })
})

describe('docs/command-line.md', () => {
  it('has a row for every finding of doctor, and for nothing else', async () => {
    const checks = join(library, 'src/cli/doctor')
    const files = await readdir(checks)
    const sources = await Promise.all(files.map((name) => readFile(join(checks, name), 'utf8')))
    const written = sources.flatMap((text) =>
      [...text.matchAll(/\b(?:add|fault)\(\s*'([a-z0-9-]+)'/g)].map(([, id]) => id ?? ''),
    )
    const good = new Set(
      sources.flatMap((text) =>
        [...text.matchAll(/\badd\(\s*'([a-z0-9-]+)',\s*'good'/g)].map(([, id]) => id ?? ''),
      ),
    )
    // The verdicts of the verifier, each under the name of its code.
    const verdicts = [
      'issuer_mismatch',
      'audience_mismatch',
      'algorithm_not_allowed',
      'key_unknown',
      'signature_invalid',
      'token_expired',
      'token_not_yet_valid',
      'claim_invalid',
      'token_malformed',
      'delegation_not_allowed',
    ] as const
    const tokens = verdicts.map((code) => {
      expect(Object.keys(authErrors)).toContain(code)
      return `token-${code.replace(/^token_/, '').replaceAll('_', '-')}`
    })
    const expected = new Set([
      ...written.filter((id) => !good.has(id)),
      ...tokens,
      'token-lifetime',
    ])
    const page = await readFile(join(root, 'docs/command-line.md'), 'utf8')
    const rows = [...page.matchAll(/^\| `([a-z0-9-]+)` \|/gm)].map(([, id]) => id ?? '')
    expect(rows.toSorted()).toEqual([...expected].toSorted())
  })
})
