/** More is asked for than can be done, and clients are slow. */
import { connect, type Socket } from 'node:net'
import { startApiStage } from '../abuse/api-stage.js'
import { toFigures } from '../abuse/round.js'
import { load, toRequest } from '../api/load.js'
import type { Bar } from '../table.js'

const TURN_MS = 8000
const WARM_UP_MS = 5000
const CONNECTIONS = 32
const SLOW_CLIENTS = 500

/**
 * Each connection asks again as soon as it is answered. So many as give the peak, three times as many, for which the
 * bars are, and ten times; the peak is measured before and after, because it moves with the machine.
 */
export async function askForTooMuch(): Promise<readonly Bar[]> {
  const stage = await startApiStage()
  try {
    await stage.fill('ada', 200, 'Ticket 212, before ten.')
    const requests = [toRequest('GET', '/api/me/tasks?limit=20', await stage.signIn('ada'))]
    const ask = (connections: number, milliseconds: number) =>
      load({ port: stage.port, requests, connections, milliseconds, status: 200 })
    await ask(CONNECTIONS, WARM_UP_MS)
    const before = await ask(CONNECTIONS, TURN_MS)
    const overload = await ask(3 * CONNECTIONS, TURN_MS)
    const after = await ask(CONNECTIONS, TURN_MS)
    const flood = await ask(10 * CONNECTIONS, TURN_MS)
    console.log(toFigures('at the peak', before))
    console.log(toFigures('with three times as many asking', overload))
    console.log(toFigures('at the peak again', after))
    console.log(toFigures('with ten times as many asking', flood))
    const peak = (before.perSecond + after.perSecond) / 2
    const p99 = (before.p99 + after.p99) / 2
    return [
      { name: 'goodput, of the peak', measured: overload.perSecond / peak, asked: 0.8 },
      { name: 'p99 of what is accepted', measured: overload.p99 / p99, asked: 3, atMost: true },
      {
        name: 'goodput, ten times as many',
        measured: flood.perSecond / after.perSecond,
        asked: 0.6,
      },
      { name: 'p99, ten times as many', measured: flood.p99 / after.p99, asked: 3, atMost: true },
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
