/** What /openapi.json says beside the routes themselves. */
import { authErrors } from 'claimcheck'
import { apiErrors } from '../errors.js'
import type { App } from './context.js'
import { problemSchema } from './problem.js'

/** The statuses a route can refuse with. */
export type RefusalStatus = keyof typeof refusals

/** The refusals of a route, each with its schema and the codes it may carry. */
export function problems<const Status extends RefusalStatus>(...statuses: Status[]) {
  const entries = statuses.map((status) => [
    status,
    {
      description: `${refusals[status]} Codes: ${toCodes(status)}.`,
      content: { 'application/problem+json': { schema: problemSchema } },
    },
  ])
  // The entries are exactly the statuses given.
  return Object.fromEntries(entries) as Record<
    Status,
    {
      description: string
      content: { 'application/problem+json': { schema: typeof problemSchema } }
    }
  >
}

/** Serves the document; `server` is the address clients reach this API at. */
export function addOpenApi(app: App, server: string): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      'A token of the issuer, made for this API. It is checked here, without a call to the issuer.',
  })
  const document = {
    openapi: '3.1.0',
    info: {
      title: 'Task API',
      version: '1.0.0',
      description:
        'Tasks that belong to one person each. Every task request carries a bearer token; the path names its owner, and nobody reaches anybody else’s.',
    },
    servers: [{ url: server }],
    tags: [{ name: 'Tasks' }, { name: 'Identity' }, { name: 'Health' }],
  }
  // Made when it is first asked for, when all routes are there, and then never again.
  let text: string | undefined
  app.get('/openapi.json', function openApiHandler(c) {
    text ??= JSON.stringify(app.getOpenAPI31Document(document))
    return c.body(text, 200, { 'Content-Type': 'application/json' })
  })
}

const refusals = {
  400: 'The request cannot be read.',
  401: 'No token, or a bad one; the challenge says which.',
  403: 'The path belongs to somebody else.',
  404: 'No such task among those of this person.',
  409: 'The id belongs to a task that was created with other content, or there are too many tasks.',
  412: 'The task has changed since it was read.',
  413: 'The body is too large.',
  415: 'The body is not JSON by its Content-Type.',
  422: 'Something that was sent is not valid.',
  429: 'Too many requests; Retry-After says when to try again.',
  503: 'Not now; Retry-After says when to try again.',
} as const

function toCodes(status: RefusalStatus): string {
  const codes = [...Object.entries(authErrors), ...Object.entries(apiErrors)]
    .filter(([, meaning]) => meaning.status === status)
    .map(([code]) => code)
  return [...new Set(codes)].join(', ')
}
