/** A hundred thousand clients whose tokens all end at once, on a driven clock: what /token has to bear each second. */
import { type Second, simulateCrowd } from '../packages/claimcheck/test/simulation/crowd.js'
import { printBars } from './table.js'

const CLIENTS = Number(process.env.CLIENTS ?? 100_000)
const PER_SECOND = Number(process.env.PER_SECOND ?? 200)
/** Seconds that are printed as one line. */
const LINE = 20

export async function benchCrowd(): Promise<boolean> {
  const { seconds, done } = await simulateCrowd({
    clients: CLIENTS,
    perSecond: PER_SECOND,
    sheds: true,
  })
  console.log(`\n${CLIENTS} clients, an issuer that makes ${PER_SECOND} tokens a second`)
  console.log('  seconds    asked a second    shed a second    served a second    at a time')
  for (let from = 0; from < seconds.length; from += LINE) {
    // The first wave by itself.
    for (const [start, end] of from === 0
      ? [[0, 2] as const, [2, LINE] as const]
      : [[from, from + LINE] as const]) {
      console.log(toLine(start, seconds.slice(start, end)))
    }
  }
  const asked = seconds.map((second) => second.asked)
  const total = asked.reduce((sum, count) => sum + count, 0)
  const most = (name: string, measured: number, limit: number) => ({
    name,
    measured,
    asked: limit,
    unit: '',
    atMost: true,
  })
  return printBars('Bars', [
    most('clients without a token at the end', CLIENTS - done, 0),
    most(
      'requests that are worked on at a time',
      Math.max(...seconds.map(({ busy }) => busy)),
      100,
    ),
    most('requests of each client', total / CLIENTS, 4),
    most('requests in a second, after the first wave', Math.max(...asked.slice(2)), 4 * PER_SECOND),
    most('seconds until everybody has a token', seconds.length, (2 * CLIENTS) / PER_SECOND),
  ])
}

function toLine(from: number, seconds: readonly Second[]): string {
  const mean = (of: (second: Second) => number) =>
    Math.round(seconds.reduce((sum, second) => sum + of(second), 0) / seconds.length)
  const busy = Math.max(...seconds.map((second) => second.busy))
  const columns = [
    mean((one) => one.asked),
    mean((one) => one.shed),
    mean((one) => one.served),
    busy,
  ]
  const widths = [16, 17, 19, 13]
  return (
    `${from}`.padStart(9) +
    columns.map((value, at) => `${value}`.padStart(widths[at] ?? 0)).join('')
  )
}
