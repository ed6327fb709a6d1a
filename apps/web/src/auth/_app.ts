/**
 * The sign-in server of this app for tests: real configuration, real database, real mail server.
 */
import { randomBytes } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import pg from 'pg'
import { type Env, readEnv } from '../env.js'
import { answerAuth } from './answer.js'

export async function createDatabase(serverUrl: string): Promise<string> {
  const name = `claimcheck_web_${randomBytes(5).toString('hex')}`
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}

/** The environment of a real deployment, except for what `more` says. */
export function readTestEnv(database: string, more: Record<string, string> = {}): Env {
  return readEnv({
    BETTER_AUTH_URL: 'https://app.example.com',
    API_URL: 'https://api.example.com',
    BETTER_AUTH_SECRET: 'a-secret-for-tests-that-is-long-enough',
    AUTH_DATABASE_URL: database,
    SMTP_URL: 'smtp://127.0.0.1:1',
    MAIL_FROM: 'Claimcheck <hello@example.com>',
    LOG_LEVEL: 'silent',
    ...more,
  })
}

/** Sends a request as a page of the app would, and keeps the cookies. */
export function openBrowser(appUrl = 'https://app.example.com') {
  const cookies = new Map<string, string>()
  return {
    cookies,
    async send(method: string, path: string, body?: unknown, extra: Record<string, string> = {}) {
      const headers = new Headers({
        origin: appUrl,
        'x-claimcheck-address': '203.0.113.7',
        ...extra,
      })
      headers.set('cookie', [...cookies].map((pair) => pair.join('=')).join('; '))
      if (body !== undefined) headers.set('content-type', 'application/json')
      const answer = await answerAuth(
        new Request(`${appUrl}${path}`, {
          method,
          headers,
          ...(body !== undefined && { body: JSON.stringify(body) }),
        }),
      )
      for (const line of answer.headers.getSetCookie()) {
        const [name = '', ...value] = (line.split(';')[0] ?? '').split('=')
        cookies.set(name, value.join('='))
      }
      return answer
    },
  }
}

/** What a token says; whether it is good is not asked. */
export function readClaims(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}

/**
 * Takes any mail and keeps it. While it is held, a message that was handed over is not accepted yet.
 *
 * @param wanted The port; a free one by default.
 */
export async function startMailServer(wanted = 0) {
  const mail: string[] = []
  const events = new EventEmitter().setMaxListeners(0)
  let isHeld = false
  const held: (() => void)[] = []
  const sockets = new Set<Socket>()

  function take(message: string, accept: () => void): void {
    const keep = () => {
      mail.push(message)
      events.emit('mail')
      accept()
    }
    if (isHeld) {
      held.push(keep)
      events.emit('held')
    } else {
      keep()
    }
  }

  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    let text = ''
    let inData = false
    socket.write('220 test\r\n')
    socket.on('data', (chunk) => {
      text += chunk.toString()
      for (let end = text.indexOf(inData ? '\r\n.\r\n' : '\r\n'); end >= 0; ) {
        const line = text.slice(0, end)
        text = text.slice(end + (inData ? 5 : 2))
        if (inData) {
          inData = false
          take(decode(line), () => socket.write('250 ok\r\n'))
        } else if (/^DATA/i.test(line)) {
          inData = true
          socket.write('354 go on\r\n')
        } else {
          socket.write(/^QUIT/i.test(line) ? '221 bye\r\n' : '250 ok\r\n')
        }
        end = text.indexOf(inData ? '\r\n.\r\n' : '\r\n')
      }
    })
  })
  server.listen(wanted, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // A server that listens on TCP has one.
  const mailTo = (to: string) => mail.filter((message) => message.includes(`To: ${to}\r\n`))
  return {
    mail,
    mailTo,
    url: `smtp://127.0.0.1:${port}`,
    /** The newest message to somebody, once there are so many. */
    async untilMail(to: string, count = 1): Promise<string> {
      while (mailTo(to).length < count) await once(events, 'mail')
      return mailTo(to).at(-1) ?? ''
    },
    hold() {
      isHeld = true
    },
    /** Resolves when so many messages wait to be accepted. */
    async untilHeld(count = 1): Promise<void> {
      while (held.length < count) await once(events, 'held')
    },
    release() {
      isHeld = false
      for (const keep of held.splice(0)) keep()
    },
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

function decode(message: string): string {
  return message
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
}
