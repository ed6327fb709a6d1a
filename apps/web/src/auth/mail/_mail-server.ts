/** A mail server for tests. */
import { EventEmitter, once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

export type MailServer = Awaited<ReturnType<typeof startMailServer>>

/** Takes any mail and keeps it. While it is held, a message that was handed over is not accepted yet. */
export async function startMailServer() {
  const mail: string[] = []
  const events = new EventEmitter().setMaxListeners(0)
  let isHeld = false
  let isDropping = false
  let dropped = 0
  let connections = 0
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
    socket.on('close', () => {
      sockets.delete(socket)
      events.emit('gone')
    })
    let text = ''
    let inData = false
    connections += 1
    events.emit('connection')
    socket.write('220 test\r\n')
    socket.on('data', (chunk) => {
      text += chunk.toString()
      for (let end = text.indexOf(inData ? '\r\n.\r\n' : '\r\n'); end >= 0; ) {
        const line = text.slice(0, end)
        text = text.slice(end + (inData ? 5 : 2))
        if (inData) {
          inData = false
          take(decode(line), () => socket.write('250 ok\r\n'))
        } else if (isDropping && /^MAIL/i.test(line)) {
          dropped += 1
          events.emit('dropped')
          socket.destroy()
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
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // A server that listens on TCP has one.
  function close(): void {
    server.close()
    for (const socket of sockets) socket.destroy()
  }

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
    /** Greets from now on, and breaks the connection when it is given a message. */
    drop() {
      isDropping = true
    },
    async untilDropped(count = 1): Promise<void> {
      while (dropped < count) await once(events, 'dropped')
    },
    connections: () => connections,
    /** Resolves when so many connections have been made and none is open. */
    async untilGone(count: number): Promise<void> {
      while (connections < count || sockets.size > 0) {
        await Promise.race([once(events, 'gone'), once(events, 'connection')])
      }
    },
    close,
    /** Nothing listens until `resume`. */
    async pause() {
      close()
      await once(server, 'close')
    },
    async resume() {
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
    },
  }
}

function decode(message: string): string {
  return message
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
}
