/** The same small API behind every adapter, reached over real HTTP where the framework has a server. */

import {
  createServer,
  type IncomingHttpHeaders,
  type RequestListener,
  request as send,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import { requestId } from 'hono/request-id'
import { bearer as expressBearer, owner as expressOwner } from '../src/adapters/express.js'
import { bearer as fastifyBearer, owner as fastifyOwner } from '../src/adapters/fastify.js'
import { bearer as honoBearer, owner as honoOwner } from '../src/adapters/hono.js'
import { bearer as nextBearer } from '../src/adapters/next.js'
import { bearer as nodeBearer } from '../src/adapters/node.js'
import { assertOwner, type Identity, type Verifier } from '../src/index.js'

export interface Sent {
  readonly method?: string
  /** Default: /api/me. */
  readonly path?: string
  /** In this order, repeated where repeated. */
  readonly headers?: readonly (readonly [name: string, value: string])[]
}

export interface Received {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** A running API: `GET /api/me` and `GET /api/{user_id}/tasks`, both protected. */
export interface ProtectedApi {
  send(request: Sent): Promise<Received>
  close(): Promise<void>
}

interface Settings {
  readonly hints?: boolean
}

export interface Adapter {
  readonly name: string
  start(verifier: Verifier, settings?: Settings): Promise<ProtectedApi>
}

export const adapters: readonly Adapter[] = [
  {
    name: 'hono on Node',
    start: (verifier, settings) => serve(getRequestListener(createHono(verifier, settings).fetch)),
  },
  {
    name: 'hono on Request and Response',
    async start(verifier, settings) {
      const app = createHono(verifier, settings)
      return answerRequests((request) => app.fetch(request))
    },
  },
  {
    name: 'fastify',
    async start(verifier, settings) {
      const app = fastify()
      app.addHook('onRequest', fastifyBearer(verifier, settings))
      app.get('/api/me', async ({ identity }) => toAnswer(identity))
      const onRequest = fastifyOwner('user_id', settings)
      app.get('/api/:user_id/tasks', { onRequest }, async ({ identity }) => toAnswer(identity))
      await app.listen({ port: 0, host: '127.0.0.1' })
      return reach(app.server.address() as AddressInfo, () => app.close())
    },
  },
  {
    name: 'express',
    start(verifier, settings) {
      const app = express()
      app.use('/api', expressBearer(verifier, settings))
      app.get('/api/me', ({ identity }, response) => {
        response.json(toAnswer(identity))
      })
      app.get('/api/:user_id/tasks', expressOwner('user_id', settings), (request, response) => {
        response.json(toAnswer(request.identity))
      })
      return serve(app)
    },
  },
  {
    name: 'next route handlers',
    async start(verifier, settings) {
      const me = nextBearer(verifier, (identity) => Response.json(toAnswer(identity)), settings)
      const tasks = nextBearer(verifier, listTasks, settings)
      return answerRequests((request) => {
        const userId = readUserId(request.url)
        return userId === undefined
          ? me(request, undefined)
          : tasks(request, { params: Promise.resolve({ user_id: userId }) })
      })
    },
  },
  {
    name: 'node:http',
    start: (verifier, settings) =>
      serve(
        nodeBearer(
          verifier,
          (identity, request, response) => {
            const userId = readUserId(`http://api.test${request.url}`)
            if (userId !== undefined) assertOwner(identity, userId)
            response.setHeader('Content-Type', 'application/json')
            response.end(JSON.stringify(toAnswer(identity)))
          },
          settings,
        ),
      ),
  },
]

function createHono(verifier: Verifier, settings?: Settings) {
  return new Hono()
    .use(requestId())
    .use('/api/*', honoBearer(verifier, settings))
    .get('/api/me', (c) => c.json(toAnswer(c.var.identity)))
    .get('/api/:user_id/tasks', honoOwner('user_id', settings), (c) =>
      c.json(toAnswer(c.var.identity)),
    )
}

interface TasksContext {
  readonly params: Promise<{ readonly user_id: string }>
}

async function listTasks(identity: Identity, _: Request, { params }: TasksContext) {
  assertOwner(identity, (await params).user_id)
  return Response.json(toAnswer(identity))
}

function toAnswer({ subject, sessionId }: Identity) {
  return { subject, sessionId }
}

function readUserId(url: string): string | undefined {
  const [, encoded] = /^\/api\/([^/]*)\/tasks$/.exec(new URL(url).pathname) ?? []
  return encoded === undefined ? undefined : decodeURIComponent(encoded)
}

async function serve(listener: RequestListener): Promise<ProtectedApi> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return reach(server.address() as AddressInfo, async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
}

/** By hand, because fetch joins what is repeated and mends what is odd. */
function reach({ port }: AddressInfo, close: () => Promise<void>): ProtectedApi {
  return {
    close,
    send({ method = 'GET', path = '/api/me', headers = [] }) {
      return new Promise((resolve, reject) => {
        // A list of names and values is sent as it is, but then Host is ours to send, too.
        const all = ['Host', `127.0.0.1:${port}`, 'Connection', 'close', ...headers.flat()]
        const outgoing = send({ port, host: '127.0.0.1', method, path, headers: all })
        outgoing.on('error', reject)
        outgoing.on('response', async (response) => {
          let text = ''
          for await (const chunk of response.setEncoding('utf8')) text += chunk
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text })
        })
        outgoing.end()
      })
    },
  }
}

function answerRequests(answer: (request: Request) => Response | Promise<Response>): ProtectedApi {
  return {
    async close() {},
    async send({ method = 'GET', path = '/api/me', headers = [] }) {
      const list = headers.map(([name, value]): [string, string] => [name, value])
      const request = new Request(`http://api.test${path}`, { method, headers: list })
      const response = await answer(request)
      // What a server does with the answer to a HEAD.
      const text = method === 'HEAD' ? '' : await response.text()
      return { status: response.status, headers: Object.fromEntries(response.headers), text }
    },
  }
}
