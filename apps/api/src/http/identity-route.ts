/** GET /api/me: who the token speaks for, as this API sees it. */
import { createRoute, z } from '@hono/zod-openapi'
import type { Identity } from 'claimcheck'
import { answerJson } from './answer.js'
import type { App } from './context.js'
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
    return answerJson(c, toIdentityAnswer(c.get('identity')), 200)
  })
}

type IdentityAnswer = z.infer<typeof identitySchema>

/** The verifier gives the same identity for the same token, and writing two moments costs as much as checking it. */
const answers = new WeakMap<Identity, IdentityAnswer>()

export function toIdentityAnswer(identity: Identity): IdentityAnswer {
  let told = answers.get(identity)
  if (told === undefined) {
    told = writeIdentity(identity)
    answers.set(identity, told)
  }
  return told
}

function writeIdentity(identity: Identity): IdentityAnswer {
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
