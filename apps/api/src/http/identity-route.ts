/** GET /api/me: who the token speaks for, as this API sees it. */
import { createRoute, z } from '@hono/zod-openapi'
import type { Identity } from 'claimcheck'
import { answerJson } from './answer.js'
import { type App, readIdentity } from './context.js'
import { problems } from './openapi.js'

export const identitySchema = z
  .strictObject({
    subject: z.string().openapi({ description: 'The user id.' }),
    sessionId: z.string().nullable(),
    issuer: z.string(),
    audience: z.string(),
    issuedAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
  })
  .openapi('Identity')

const route = createRoute({
  method: 'get',
  path: '/api/me',
  summary: 'Who am I',
  tags: ['Identity'],
  security: [{ bearer: [] }],
  responses: {
    200: {
      description: 'The identity behind the token.',
      content: { 'application/json': { schema: identitySchema } },
    },
    ...problems(400, 401, 429, 503),
  },
})

export function addIdentityRoute(app: App): void {
  app.openapi(route, function identityHandler(c) {
    const { body, text } = writeIdentity(readIdentity(c))
    return answerJson(c, body, 200, { text })
  })
}

interface WrittenIdentity {
  readonly body: z.infer<typeof identitySchema>
  readonly text: string
}

/** The verifier gives the same identity for the same token, and writing two moments costs as much as checking it. */
const written = new WeakMap<Identity, WrittenIdentity>()

function writeIdentity(identity: Identity): WrittenIdentity {
  let told = written.get(identity)
  if (told === undefined) {
    const body = toIdentityAnswer(identity)
    told = { body, text: JSON.stringify(body) }
    written.set(identity, told)
  }
  return told
}

export function toIdentityAnswer(identity: Identity): z.infer<typeof identitySchema> {
  const { subject, sessionId, issuer, audience, issuedAt, expiresAt } = identity
  return {
    subject,
    sessionId,
    issuer,
    audience,
    issuedAt: new Date(issuedAt * 1000).toISOString(),
    expiresAt: new Date(expiresAt * 1000).toISOString(),
  }
}
