/** The package as it would be published: packed, installed where there is nothing else, and used. */

import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { entryPoints, library, manifest, root } from './_entry-points.js'

const run = promisify(execFile)

describe('the packed tarball', () => {
  let folder: string
  let app: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'claimcheck-package-'))
    app = join(folder, 'app')
    const unpacked = join(folder, 'unpacked')
    await mkdir(app)
    await mkdir(unpacked)
    await cp(join(library, 'package.json'), join(unpacked, 'package.json'))
    await run(tsc, ['-p', 'tsconfig.build.json', '--outDir', join(unpacked, 'dist')], {
      cwd: library,
    })
    await npm(unpacked, 'pack', '--ignore-scripts', '--pack-destination', folder)
    await writeFile(join(app, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
    // Without a registry: what it depends on is copied from where it was installed already.
    const jose = join(root, 'node_modules/jose')
    const tarball = join(folder, `claimcheck-${manifest.version}.tgz`)
    await npm(app, 'install', '--offline', '--ignore-scripts', '--install-links', jose, tarball)
  }, 120_000)

  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('holds what is built and nothing else: no test, no source', async () => {
    const { stdout } = await run('tar', [
      '-tzf',
      join(folder, `claimcheck-${manifest.version}.tgz`),
    ])
    const files = stdout.trim().split('\n')
    expect(files).toContain('package/dist/index.js')
    expect(files).toContain('package/dist/index.d.ts')
    const odd = files.filter(
      (path) =>
        !/^package\/(package\.json|(README|LICENSE|CHANGELOG)\b.*|dist\/[\w/-]+(\.d\.ts|\.js|\.js\.map))$/.test(
          path,
        ),
    )
    expect(odd).toEqual([])
  })

  it('maps every file to its source, which is within the map', async () => {
    const dist = join(app, 'node_modules/claimcheck/dist')
    const files = (await readdir(dist, { recursive: true })).filter((name) => name.endsWith('.js'))
    expect(files.length).toBeGreaterThan(100)
    for (const file of files) {
      const { sources, sourcesContent, mappings } = JSON.parse(
        await readFile(join(dist, `${file}.map`), 'utf8'),
      )
      expect([file, sources.length, typeof sourcesContent?.[0]]).toEqual([file, 1, 'string'])
      const code = await readFile(join(dist, file), 'utf8')
      // A file of types alone has nothing that could be mapped.
      expect([file, mappings !== '' || /^export {};$/m.test(code)]).toEqual([file, true])
      expect(code).toContain(`//# sourceMappingURL=${basename(file)}.map`)
    }
  })

  it('shows the line of the source where Node is asked for it', async () => {
    const script = `import { createVerifier } from 'claimcheck'
      try { createVerifier({}) } catch ({ stack }) { console.log(stack) }`
    const { stdout } = await run(
      process.execPath,
      ['--enable-source-maps', '--input-type=module', '--eval', script],
      { cwd: app },
    )
    expect(stdout).toMatch(/src\/option-checks\.ts:\d+/)
  })

  it('is ESM, which CommonJS can require', async () => {
    await writeFile(
      join(app, 'common.cjs'),
      "const { createVerifier } = require('claimcheck')\nconsole.log(typeof createVerifier)",
    )
    const { stdout } = await run(process.execPath, [join(app, 'common.cjs')])
    expect(stdout).toBe('function\n')
  })

  it('brings jose and no framework along', async () => {
    const installed = await readdir(join(app, 'node_modules'))
    expect(installed.filter((name) => !name.startsWith('.')).sort()).toEqual(['claimcheck', 'jose'])
  })

  it.each(
    Object.entries(entryPoints).filter(([, { needs }]) => needs.every((name) => name === 'jose')),
  )('%s loads with no optional peer installed', async (entry, { names }) => {
    const specifier = entry.replace('.', 'claimcheck')
    const script = `console.log(JSON.stringify(Object.keys(await import('${specifier}')).sort()))`
    expect(JSON.parse(await node(script))).toEqual([...names].sort())
  })

  it('./better-auth asks for Better Auth, and only when it is loaded', async () => {
    await expect(node("await import('claimcheck/better-auth')")).rejects.toThrow(
      /Cannot find package 'better-auth'/,
    )
  })

  it('does not let anybody in by a side door', async () => {
    const inside = 'claimcheck/dist/verifier.js'
    await expect(node(`await import('${inside}')`)).rejects.toThrow(/ERR_PACKAGE_PATH_NOT_EXPORTED/)
  })

  it('protects an API over HTTP', async () => {
    expect(await node(consumer)).toBe('401 token_missing\n200 alice\n403 not_owner\n')
  })

  it('has types that a strict project compiles against, and that catch what was forgotten', async () => {
    await writeFile(join(app, 'consumer.ts'), typedConsumer)
    await writeFile(join(app, 'common.cts'), commonConsumer)
    const typeRoots = [join(root, 'node_modules/@types')]
    for (const module of ['nodenext', 'esnext'] as const) {
      // CommonJS is compiled where Node is what runs it.
      const files = ['consumer.ts', ...(module === 'nodenext' ? ['common.cts'] : [])]
      const moduleResolution = module === 'esnext' ? 'bundler' : 'nodenext'
      const compilerOptions = { ...strict, typeRoots, module, moduleResolution }
      await writeFile(join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }))
      await expect(run(tsc, ['-p', app]).catch(({ stdout }) => stdout)).resolves.toMatchObject({
        stdout: '',
      })
    }
  }, 120_000)

  function node(script: string): Promise<string> {
    return run(process.execPath, ['--input-type=module', '--eval', script], { cwd: app }).then(
      ({ stdout }) => stdout,
    )
  }
})

const tsc = join(root, 'node_modules/.bin/tsc')
const strict = {
  target: 'es2022',
  lib: ['es2023', 'dom'],
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  noEmit: true,
  types: ['node'],
}

/** What a reader of the manual would write first. */
const consumer = `
import { createServer } from 'node:http'
import { assertOwner, createVerifier } from 'claimcheck'
import { bearer } from 'claimcheck/node'
import { createTestIssuer } from 'claimcheck/testing'

const issuer = await createTestIssuer()
const verifier = createVerifier(issuer.options)
const server = createServer(
  bearer(verifier, (identity, request, response) => {
    assertOwner(identity, request.url.slice(1))
    response.end(identity.subject)
  }),
)
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const address = 'http://127.0.0.1:' + server.address().port
const authorization = 'Bearer ' + (await issuer.sign({ sub: 'alice' }))
const answers = [
  await fetch(address + '/alice'),
  await fetch(address + '/alice', { headers: { authorization } }),
  await fetch(address + '/bob', { headers: { authorization } }),
]
for (const answer of answers) {
  console.log(answer.status, answer.ok ? await answer.text() : (await answer.json()).code)
}
server.closeAllConnections()
server.close()
verifier.close()
`

const typedConsumer = `
import { AuthError, createVerifier, type Identity } from 'claimcheck'
import { createTokenClient } from 'claimcheck/client'
import { bearer as expressBearer } from 'claimcheck/express'
import { bearer as nextBearer } from 'claimcheck/next'
import { bearer as nodeBearer } from 'claimcheck/node'

export const verifier = createVerifier({
  issuer: 'https://app.example.com',
  audience: 'https://api.example.com',
})
// @ts-expect-error the audience is never guessed
export const forgotten = () => createVerifier({ issuer: 'https://app.example.com' })
// @ts-expect-error nor is who may be sent a token
export const unlisted = () => createTokenClient({ fetchToken: async () => null })

export const middleware = expressBearer(verifier, { hints: true })
export const listener = nodeBearer(verifier, (identity: Identity, _, response) => {
  response.end(identity.subject)
})
export const GET = nextBearer(
  verifier,
  async (identity, _request: Request, { params }: { params: Promise<{ id: string }> }) =>
    Response.json([identity.subject, (await params).id]),
)
export function describe(error: unknown): string {
  return error instanceof AuthError ? error.code : 'other'
}
`

/** CommonJS, as TypeScript compiles it where Node can require ESM. */
const commonConsumer = `
import claimcheck = require('claimcheck')
import type { Identity } from 'claimcheck'

export const verifier = claimcheck.createVerifier({
  issuer: 'https://app.example.com',
  audience: 'https://api.example.com',
})
export const verify = (token: string): Promise<Identity> => verifier.verify(token)
`

function npm(cwd: string, ...args: string[]) {
  return run('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd,
    // Whatever this run was started with must not reach another package.
    env: { PATH: process.env.PATH, HOME: process.env.HOME },
  })
}
