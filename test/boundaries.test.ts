/** Which part of the repository may import which. ARCHITECTURE.md draws it; this walks the imports. */

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { listArrows, listSources, readImports, resolveImport, root } from './_imports.js'

interface Part {
  readonly name: string
  /** The files that belong to it. A file belongs to the first part that fits. */
  readonly files: RegExp
  /**
   * What they may import: files of the repository (from the root, with a slash), `node:…`, packages. `$1` is what
   * `files` captured.
   */
  readonly mayImport: readonly string[]
}

const library = '/packages/claimcheck'
const entryPoint = readEntryPoints().join('|')
const anyPackage = '(?!claimcheck\\b)@?[a-z].*'
const agreement = `${library}/src/(contract|development|errors|option-checks)\\.ts`
const coreRoom =
  '(?:(?:documents|feed|keys|tokens)/|(?!postgres|metrics\\.|opentelemetry\\.|env\\.))'
const core = `${library}/src/${coreRoom}[\\w-]+\\.ts`

const parts: readonly Part[] = [
  {
    name: 'tests of the library',
    files: /^packages\/claimcheck\/(test\/.*|.*\.test\.ts|.*\/_[^/]*)$/,
    mayImport: [`${library}/(src|test)/.*`, `${library}/package\\.json`, anyPackage, entryPoint],
  },
  {
    name: 'adapters',
    files: /^packages\/claimcheck\/src\/adapters\/([\w-]+)\.ts$/,
    mayImport: [core, 'node:.*', '$1'],
  },
  {
    name: 'client',
    files: /^packages\/claimcheck\/src\/client\//,
    mayImport: [`${library}/src/client/.*`, agreement],
  },
  {
    name: 'better-auth',
    files: /^packages\/claimcheck\/src\/better-auth\//,
    mayImport: [
      `${library}/src/better-auth/.*`,
      agreement,
      'better-auth(/.*)?',
      '@better-auth/core(/.*)?',
      'jose',
      'node:.*',
    ],
  },
  {
    name: 'cli',
    files: /^packages\/claimcheck\/src\/cli\//,
    mayImport: [
      `${library}/src/cli/.*`,
      agreement,
      // Doctor and probe show what the library decides: through the same doors as everybody.
      `${library}/src/(index|testing/index)\\.ts`,
      'node:.*',
    ],
  },
  {
    name: 'testing',
    files: /^packages\/claimcheck\/src\/testing\//,
    mayImport: [`${library}/src/testing/.*`, core, 'jose', 'node:.*'],
  },
  {
    name: 'metrics',
    files: /^packages\/claimcheck\/src\/metrics\.ts$/,
    mayImport: [`${library}/src/verifier\\.ts`, 'prom-client'],
  },
  {
    name: 'traces',
    files: /^packages\/claimcheck\/src\/opentelemetry\.ts$/,
    mayImport: [`${library}/src/(errors|verifier)\\.ts`, '@opentelemetry/api'],
  },
  {
    name: 'postgres',
    files: /^packages\/claimcheck\/src\/postgres(?:\/[\w-]+)?\.ts$/,
    mayImport: [`${library}/src/postgres(?:/[\\w-]+)?\\.ts`, agreement, 'pg', 'node:.*'],
  },
  {
    name: 'environment',
    files: /^packages\/claimcheck\/src\/env\.ts$/,
    mayImport: [core],
  },
  {
    name: 'core',
    files: /^packages\/claimcheck\/src\/(?:(?:documents|feed|keys|tokens)\/)?[\w-]+\.ts$/,
    mayImport: [core, 'jose', 'node:.*'],
  },
  {
    name: 'tests of an app',
    files: /^apps\/([\w-]+)\/(?:test\/|e2e\/|.*\.(?:test|spec)\.|.*\/_)/,
    mayImport: [
      '/apps/$1/.*',
      '/scripts/.*',
      '/test/environment-values\\.ts',
      anyPackage,
      entryPoint,
    ],
  },
  {
    name: 'tasks of the web app',
    files: /^apps\/web\/src\/tasks\//,
    // What the account pages need of tasks they import; never the other way round.
    mayImport: ['/apps/web/src/(?!account/|app/).*', anyPackage, entryPoint],
  },
  {
    name: 'apps',
    files: /^apps\/([\w-]+)\//,
    mayImport: ['/apps/$1/.*', anyPackage, entryPoint],
  },
  {
    name: 'examples',
    files: /^examples\/([\w-]+)\//,
    mayImport: ['/examples/$1/.*', anyPackage, entryPoint],
  },
  {
    name: 'configuration',
    files: /^[^/]+$/,
    mayImport: ['/scripts/.*', '/apps/web/e2e/.*', anyPackage],
  },
  {
    name: 'bench',
    files: /^bench\//,
    mayImport: [
      '/bench/.*',
      '/scripts/.*',
      // On a driven clock, with the library's own parts.
      `${library}/test/simulation/.*`,
      anyPackage,
      entryPoint,
    ],
  },
  {
    name: 'tests of both apps',
    files: /^test\/(abuse\/|(operate|deployment)\.test)/,
    mayImport: ['/test/.*', '/scripts/.*', '/apps/[\\w-]+/(src|e2e)/.*', anyPackage, entryPoint],
  },
  {
    name: 'tests of the repository',
    files: /^test\//,
    mayImport: ['/test/.*', '/scripts/.*', anyPackage, entryPoint],
  },
  {
    name: 'scripts',
    files: /^scripts\//,
    mayImport: ['/scripts/.*', anyPackage, entryPoint],
  },
]

/** The part of `file` when it may not import `target`, or undefined. */
function findWrongArrow(file: string, target: string): string | undefined {
  for (const { name, files, mayImport } of parts) {
    const match = files.exec(file)
    if (!match) continue
    const allowed = mayImport.map((pattern) => pattern.replaceAll('$1', match[1] ?? ''))
    return new RegExp(`^(?:${allowed.join('|')})$`).test(target) ? undefined : name
  }
  return 'no part at all'
}

const sources = listSources()

/** Files that import what runs in this process rather than being passed it. */
const holders = sources.filter((file) =>
  /import [^;']*\bgetAuth\b[^;']*from /.test(readFileSync(`${root}/${file}`, 'utf8')),
)

describe('what runs in the web app', () => {
  it('is taken hold of by pages and routes alone, and passed on from there', () => {
    const inApp = /^apps\/web\/src\/app\//
    expect(holders.filter((file) => inApp.test(file)).length).toBeGreaterThan(5)
    const isTest = /\.test\.ts$|\/_[^/]*$|^test\//
    expect(holders.filter((file) => !inApp.test(file) && !isTest.test(file))).toEqual([])
  })
})

describe('import arrows', () => {
  it.each(sources)('%s imports only what its part may', (file) => {
    const wrong = listArrows(file).filter((target) => findWrongArrow(file, target))
    expect(wrong).toEqual([])
  })

  it.each([
    ['packages/claimcheck/src/adapters/hono.ts', './express.js'],
    ['packages/claimcheck/src/adapters/hono.ts', 'fastify'],
    ['packages/claimcheck/src/adapters/hono.ts', '../client/clock.js'],
    ['packages/claimcheck/src/adapters/hono.ts', '../testing/index.js'],
    ['packages/claimcheck/src/adapters/hono.ts', '../postgres.js'],
    ['packages/claimcheck/src/verifier.ts', './adapters/hono.js'],
    ['packages/claimcheck/src/verifier.ts', './postgres.js'],
    ['packages/claimcheck/src/verifier.ts', './testing/index.js'],
    ['packages/claimcheck/src/verifier.ts', './env.js'],
    ['packages/claimcheck/src/verifier.ts', 'hono'],
    ['packages/claimcheck/src/verifier.ts', 'better-auth'],
    ['packages/claimcheck/src/client/flight.ts', '../verifier.js'],
    ['packages/claimcheck/src/client/flight.ts', '../better-auth/index.js'],
    ['packages/claimcheck/src/client/flight.ts', 'jose'],
    ['packages/claimcheck/src/client/flight.ts', 'node:crypto'],
    ['packages/claimcheck/src/better-auth/key-ring.ts', '../verifier.js'],
    ['packages/claimcheck/src/better-auth/key-ring.ts', '../client/token-client.js'],
    ['packages/claimcheck/src/cli/doctor.ts', '../verifier.js'],
    ['packages/claimcheck/src/postgres.ts', './verifier.js'],
    ['packages/claimcheck/src/postgres.ts', 'kysely'],
    ['packages/claimcheck/src/index.ts', 'claimcheck/hono'],
    ['packages/claimcheck/test/adapters.test.ts', '../../../apps/api/src/app.js'],
    ['apps/api/src/app.ts', '../../web/src/env.js'],
    ['apps/api/src/app.ts', '../../../packages/claimcheck/src/index.js'],
    ['apps/api/src/app.ts', 'claimcheck/dist/index.js'],
    ['apps/api/src/app.ts', 'claimcheck/src/index.js'],
    ['apps/api/src/app.ts', '../../../scripts/process/port.js'],
    ['apps/web/src/env.ts', '../../api/src/env.js'],
    ['apps/web/e2e/tasks.spec.ts', '../../api/src/app.js'],
    ['apps/web/src/env.ts', '@/auth/server'],
    ['apps/web/src/tasks/task-app.tsx', '../account/devices.js'],
    ['bench/verify.ts', '../packages/claimcheck/src/index.js'],
    ['scripts/start.ts', '../apps/api/src/main.js'],
    ['examples/hono/server.ts', '../express/server.js'],
    ['packages/other/src/index.ts', 'node:fs'],
  ])('would not let %s import %s', (file, specifier) => {
    expect(findWrongArrow(file, resolveImport(file, specifier))).toBeDefined()
  })

  it('sees every way of importing', () => {
    const text = [
      "import a from 'a'",
      "import type { B } from 'b'",
      "import {\n  c,\n  type C,\n} from 'c'",
      "import 'd'",
      "export { e } from 'e'",
      "export * from 'f'",
      "const g = await import('g')",
      "type H = import('h').H",
      'import i from "i"',
      "const j = require('j')",
    ].join('\n')
    expect(readImports(text).sort()).toEqual([...'abcdefghij'])
  })

  it('walks every part of the repository', () => {
    const seen = new Set(sources.map((file) => parts.find(({ files }) => files.test(file))?.name))
    for (const name of [
      'adapters',
      'client',
      'better-auth',
      'testing',
      'postgres',
      'core',
      'apps',
    ]) {
      expect(seen).toContain(name)
    }
    expect(sources.length).toBeGreaterThan(150)
  })
})

function readEntryPoints(): string[] {
  const manifest: { exports: Record<string, unknown> } = JSON.parse(
    readFileSync(`${root}${library}/package.json`, 'utf8'),
  )
  return Object.keys(manifest.exports).map((path) =>
    path.replace('.', 'claimcheck').replace('.', '\\.'),
  )
}
