/** More is asked for than can be done, and clients are slow. */
import { connect, type Socket } from 'node:net'
import { startApiStage } from '../abuse/api-stage.js'
import { toFigures } from '../abuse/round.js'
import { load, toRequest } from '../api/load.js'
import type { Bar } from '../table.js'

const TURN_MS = 8000
const CONNECTIONS = 32
const SLOW_CLIENTS = 500

/** Each connection asks again as soon as it is answered: ten times as many ask for far more than the peak. */
export async function askForTooMuch(): Promise<readonly Bar[]> {
  const stage = await startApiStage()
  try {
    await stage.fill('ada', 200, 'Ticket 212, before ten.')
    const requests = [toRequest('GET', '/api/me/tasks?limit=20', await stage.signIn('ada'))]
    const ask = (connections: number, milliseconds: number) =>
      load({ port: stage.port, requests, connections, milliseconds, status: 200 })
    await ask(CONNECTIONS, 2000)
    const peak = await ask(CONNECTIONS, TURN_MS)
    const flood = await ask(10 * CONNECTIONS, TURN_MS)
    console.log(toFigures('at the peak', peak))
    console.log(toFigures('with ten times as many asking', flood))
    return [
      { name: 'goodput, of the peak', measured: flood.perSecond / peak.perSecond, asked: 0.8 },
      { name: 'p99 of what is accepted', measured: flood.p99 / peak.p99, asked: 3, atMost: true },
    ]
  } finally {
    await stage.stop()
  }
}

export async function sendSlowly(): Promise<readonly Bar[]> {
  const stage = await startApiStage()
  const sockets: Socket[] = []
  try {
    await stage.measureBystander(1000)
    const before = await stage.measureBystander(TURN_MS)
    const dripping = setInterval(() => {
      for (const socket of sockets) if (!socket.destroyed) socket.write('a')
    }, 500)
    for (let client = 0; client < SLOW_CLIENTS; client += 1) {
      const socket = connect(stage.port, '127.0.0.1')
      socket.on('error', () => {})
      socket.write('POST /api/me/tasks HTTP/1.1\r\nHost: x\r\nX-Slow: ')
      sockets.push(socket)
    }
    const during = await stage.measureBystander(TURN_MS)
    clearInterval(dripping)
    console.log(toFigures('before', before))
    console.log(
      toFigures(`beside ${SLOW_CLIENTS} clients that send one byte in half a second`, during),
    )
    return [
      {
        name: "p99 of everybody else's page",
        measured: during.p99 / before.p99,
        asked: 2,
        atMost: true,
      },
    ]
  } finally {
    for (const socket of sockets) socket.destroy()
    await stage.stop()
  }
}
