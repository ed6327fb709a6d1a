/** The API on a port: limits and timeouts, answers to what is not HTTP, and an orderly end. */
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { getRequestListener } from '@hono/node-server'
import type { Logger } from 'pino'
import { ApiError } from '../errors.js'
import { StartError } from '../start-error.js'
import type { App } from './context.js'
import { untilIdleTurn } from './idle-turn.js'
import { type ProblemAnswer, toProblem } from './problem.js'
import { closeAfterAnswer, isBodyLeft } from './unread-body.js'
import { answerUnreadable } from './unreadable.js'

export interface ServerOptions {
  app: Pick<App, 'fetch'>
  host: string
  /** 0 takes a free one. */
  port: number
  /** What to change where the port cannot be had. Default: `PORT` and, with it, API_URL. */
  portVariable?: 'METRICS_PORT'
  log: Logger
  /** Milliseconds between `stop` and the end of listening, for balancers to notice. Default: 0. */
  pause?: number
}

export interface RunningServer {
  /** The address it listens at. */
  readonly url: string
  /** Takes no more connections, lets requests in flight finish, and resolves when the last has. */
  stop(): Promise<void>
}

/** Bytes of all headers together: a token of 8 KiB fits, and one twice as large is still told what is wrong. */
const LARGEST_HEADERS = 24 * 1024

/** Milliseconds for the headers to arrive, for the whole request, and for a connection to sit idle. */
const HEADERS_MS = 10_000
const REQUEST_MS = 30_000
const KEEP_ALIVE_MS = 65_000

/** Milliseconds that requests in flight get to finish. */
const DRAIN_MS = 7000

/** Milliseconds between two looks for connections on which the last answer has ended. */
const IDLE_MS = 20

/** Listens. @throws StartError when the port is taken or not allowed. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { app, host, port, portVariable, log, pause = 0 } = options
  let draining = false
  const answer = getRequestListener(
    (request, env) => {
      // The listener of a server of HTTP/1.1 is handed nothing else.
      const incoming = env.incoming as IncomingMessage
      const answered = app.fetch(request, { incoming })
      // Of what comes in chunks nothing but its end says how much there is, and Node has not read on so far.
      if (incoming.headers['transfer-encoding'] !== undefined)
        return finishLater(incoming, answered)
      return answered instanceof Promise
        ? answered.then((response) => finish(incoming, response))
        : finish(incoming, answered)
    },
    {
      // What does not even make a Request, such as an impossible Host header.
      errorHandler: () => toResponse(toMalformed()),
      // A body that is left is dealt with here: a short one is read to its end, so that the connection stays.
      autoCleanupIncoming: false,
    },
  )
  const server = createServer(
    {
      maxHeaderSize: LARGEST_HEADERS,
      headersTimeout: HEADERS_MS,
      requestTimeout: REQUEST_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: 1000,
    },
    (incoming, outgoing) => {
      if (hasTwoHosts(incoming)) refuseOutright(outgoing)
      else void answer(incoming, outgoing)
    },
  )

  async function finishLater(incoming: IncomingMessage, answered: Response | Promise<Response>) {
    return finish(incoming, await answered)
  }

  function finish(incoming: IncomingMessage, response: Response): Response {
    if (isBodyLeft(incoming)) closeAfterAnswer(incoming)
    else if (!draining) return response
    // Said, so that the client sends its next request elsewhere instead of losing it.
    response.headers.set('Connection', 'close')
    return response
  }

  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    log.debug({ code: error.code }, 'client error')
    answerUnreadable(socket, error.code, toMalformed())
  })
  const url = await listen(server, host, port, portVariable)

  async function stop(): Promise<void> {
    draining = true
    await wait(pause)
    await untilIdleTurn()
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    // A connection that was not told to close, because its answer had begun, would hold up the end. Before the end of
    // listening none is closed: a request that is on its way to an idle connection would be lost with it.
    const idle = setInterval(() => server.closeIdleConnections(), IDLE_MS)
    const patience = new AbortController()
    const late = wait(DRAIN_MS, undefined, { signal: patience.signal }).then(
      () => server.closeAllConnections(),
      () => {},
    )
    await closed
    clearInterval(idle)
    patience.abort()
    await late
  }

  return { url, stop }
}

function listen(
  server: Server,
  host: string,
  port: number,
  variable: ServerOptions['portVariable'],
): Promise<string> {
  const other =
    variable === undefined ? 'PORT to another, and API_URL to match' : `${variable} to another`
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const sentence = error.code === undefined ? undefined : sentences[error.code]
      reject(
        sentence === undefined
          ? error
          : new StartError(
              `Cannot listen on ${host}:${port}: ${sentence.replace('$other', other)}`,
              { cause: error },
            ),
      )
    })
    server.listen(port, host, () => {
      // A server on a host and port, rather than on a pipe, has this kind of address.
      const { address, family, port: bound } = server.address() as AddressInfo
      resolve(`http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`)
    })
  })
}

const sentences: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is taken. Set $other.',
  EACCES: 'this user may not use the port. Set $other, above 1023.',
  EADDRNOTAVAIL: 'this machine does not have the address. Correct HOST.',
  ENOTFOUND: 'the name cannot be resolved. Correct HOST.',
}

/** Node keeps the first of two and says nothing; what is in front may have gone by the other (RFC 9112 §3.2). */
function hasTwoHosts({ rawHeaders }: IncomingMessage): boolean {
  let hosts = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1
  }
  return hosts > 1
}

function refuseOutright(outgoing: ServerResponse): void {
  const { status, headers, body } = toMalformed()
  outgoing.writeHead(status, { ...headers, Connection: 'close' }).end(JSON.stringify(body))
}

function toMalformed(): ProblemAnswer {
  return toProblem(new ApiError('request_malformed'), { requestId: randomUUID(), hints: false })
}

function toResponse({ status, headers, body }: ProblemAnswer): Response {
  return new Response(JSON.stringify(body), { status, headers })
}
