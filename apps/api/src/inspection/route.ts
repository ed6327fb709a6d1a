/**
 * GET /api/me/inspection: what this API made of the token it was just sent, told to its owner. Off unless asked for.
 */
import { createRoute, z } from '@hono/zod-openapi'
import {
  AuthError,
  type CredentialSource,
  type Identity,
  readBearerToken,
  type TraceStep,
  type Verifier,
} from 'claimcheck'
import { type App, readIdentity } from '../http/context.js'
import { type Exchange, readCredentials } from '../http/exchange.js'
import { identitySchema, toIdentityAnswer } from '../http/identity-route.js'
import { problems } from '../http/openapi.js'
import type { ReadRowSecurity } from './row-level-security.js'

export interface InspectionOptions {
  verifier: Pick<Verifier, 'stats'>
  /** Looks at the row-level security as one person. */
  readRowSecurity: ReadRowSecurity
}

const milliseconds = z.number().openapi({ description: 'Milliseconds.' })

const inspectionSchema = z
  .strictObject({
    identity: identitySchema,
    verifier: z.strictObject({
      accepted: z.int(),
      refused: z.int(),
      waited: z.int().openapi({ description: 'How often a token had to wait for the issuer.' }),
      remembered: z.int().openapi({ description: 'Signatures that need no second check.' }),
    }),
    keys: z.strictObject({
      keyIds: z.array(z.string()),
      age: milliseconds.nullable(),
      requests: z.int(),
    }),
    revocations: z
      .strictObject({ age: milliseconds.nullable(), size: z.int(), requests: z.int() })
      .nullable(),
    fence: z.strictObject({
      role: z.string(),
      policies: z.array(
        z.strictObject({
          name: z.string(),
          command: z.string(),
          restrictive: z.boolean(),
          using: z.string().nullable(),
          check: z.string().nullable(),
        }),
      ),
      rows: z.strictObject({ inTable: z.int(), visible: z.int() }),
      milliseconds,
    }),
  })
  .openapi('Inspection')

const route = createRoute({
  method: 'get',
  path: '/api/me/inspection',
  summary: 'What became of my token',
  description: 'The header Server-Timing lists every check with its outcome, also of a refusal.',
  tags: ['Identity'],
  security: [{ bearer: [] }],
  responses: {
    200: {
      description: 'The verifier, its keys, and the rows that are in reach.',
      content: { 'application/json': { schema: inspectionSchema } },
    },
    ...problems(400, 401, 429, 503),
  },
})

export function addInspectionRoute(app: App, options: InspectionOptions): void {
  const { verifier, readRowSecurity } = options
  app.openapi(route, async function inspectionHandler(c) {
    const began = performance.now()
    const identity = readIdentity(c)
    const { role, policies, rows } = await readRowSecurity(identity.subject)
    const fence = { role, policies: [...policies], rows, milliseconds: performance.now() - began }
    const { accepted, refused, cache, keys, revocations } = verifier.stats()
    const [followed] = revocations
    return c.json(
      {
        identity: toIdentityAnswer(identity),
        verifier: {
          accepted,
          refused: Object.values(refused).reduce((sum, count) => sum + count, 0),
          waited: [...keys, ...revocations].reduce((sum, { waited }) => sum + waited, 0),
          remembered: cache.size,
        },
        keys: {
          keyIds: keys.flatMap(({ keyIds }) => keyIds),
          age: keys[0]?.age ?? null,
          requests: keys[0]?.requests ?? 0,
        },
        revocations:
          followed === undefined
            ? null
            : { age: followed.age, size: followed.size, requests: followed.requests },
        fence,
      },
      200,
    )
  })
}

/** Decides as ever, and on this route shows the trace of the decision as well. */
export function explainInspections(verifier: Pick<Verifier, 'judge' | 'explain'>) {
  return function authenticate(exchange: Exchange): Identity | Promise<Identity> {
    const source = readCredentials(exchange)
    const token = exchange.path === route.path ? readTokenIn(source) : null
    // Without one there is nothing to explain: refused and counted as anywhere else.
    return token === null ? verifier.judge(source) : explain(token, exchange)
  }

  async function explain(token: string, { headers }: Exchange): Promise<Identity> {
    const { identity, error, steps } = await verifier.explain(token)
    headers['Server-Timing'] = toServerTiming(steps)
    if (error !== null) throw error
    return identity
  }
}

function readTokenIn(source: CredentialSource): string | null {
  try {
    return readBearerToken(source)
  } catch (error) {
    if (error instanceof AuthError) return null
    throw error
  }
}

/** The checks as metrics: https://www.w3.org/TR/server-timing/#the-server-timing-header-field */
function toServerTiming(steps: readonly TraceStep[]): string {
  return steps
    .map(({ check, outcome, found, milliseconds }) => {
      const name = check.replaceAll(' ', '-')
      const description = found === null ? outcome : `${outcome}, ${found}`
      return `${name};desc="${description}";dur=${milliseconds.toFixed(4)}`
    })
    .join(', ')
}
