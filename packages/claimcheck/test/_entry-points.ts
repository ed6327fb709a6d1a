/** The entry points of the library, as the package promises them. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../..', import.meta.url))
export const library = join(root, 'packages/claimcheck')

interface Manifest {
  readonly version: string
  readonly exports: Readonly<Record<string, string>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly peerDependencies: Readonly<Record<string, string>>
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>
}

export const manifest: Manifest = JSON.parse(readFileSync(join(library, 'package.json'), 'utf8'))

/** Every entry point: the names it exports at run time, and the packages that have to be there for it. */
export const entryPoints: Record<string, { names: readonly string[]; needs: readonly string[] }> = {
  '.': {
    names: [
      'AuthError',
      'assertOwner',
      'authErrors',
      'createVerifier',
      'readBearerToken',
      'toProblem',
      'toProblemType',
      'toRevocationEntry',
    ],
    needs: ['jose'],
  },
  './env': { names: ['createVerifierFromEnv'], needs: ['jose'] },
  './metrics': { names: ['registerVerifierMetrics'], needs: ['prom-client'] },
  './opentelemetry': {
    names: ['isTracing', 'traceFetch', 'traceVerifier'],
    needs: ['@opentelemetry/api'],
  },
  './file-store': { names: ['createFileStore'], needs: [] },
  './hono': { names: ['bearer', 'owner'], needs: [] },
  './fastify': { names: ['bearer', 'owner'], needs: [] },
  './express': { names: ['bearer', 'owner'], needs: [] },
  './next': { names: ['bearer'], needs: [] },
  './node': { names: ['bearer'], needs: [] },
  './postgres': { names: ['asUser'], needs: [] },
  './better-auth': {
    names: [
      'checkIssuer',
      'claimcheck',
      'createFeedListener',
      'revokeAllTokens',
      'revokeKey',
      'rotateKeys',
      'stopIssuer',
    ],
    needs: ['better-auth', 'jose'],
  },
  './client': {
    names: ['SignedOutError', 'TokenUnavailableError', 'createTokenClient'],
    needs: [],
  },
  './testing': {
    names: ['createMeans', 'createTestIssuer', 'hostileCases', 'runHostileCases'],
    needs: ['jose'],
  },
}

/** The file that an entry point is built from. */
export function toSource(entry: string): string {
  const target = String(manifest.exports[entry])
  return join(library, target.replace('./dist/', 'src/').replace(/\.js$/, '.ts'))
}
