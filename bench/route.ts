/** A Hono route behind the hot verifier against the same route without it: same server, same header sent to both. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import autocannon from 'autocannon'
import { printBars, printTable } from './table.js'

const TURNS = 8

export async function benchRoute(): Promise<boolean> {
  const server = fork(new URL('./route-server.ts', import.meta.url))
  const [{ port, token }] = (await once(server, 'message')) as [{ port: number; token: string }]
  const best = { open: 0, guarded: 0 }
  // The first turn only warms up.
  for (let turn = 0; turn <= TURNS; turn += 1) {
    for (const route of ['open', 'guarded'] as const) {
      const perSecond = await takeTurn(`http://127.0.0.1:${port}/${route}/tasks`, token)
      if (turn > 0) best[route] = Math.max(best[route], perSecond)
    }
  }
  server.kill()
  printTable('A Hono route over HTTP, 20 tasks from memory', [
    { name: 'without a verifier', perSecond: best.open },
    { name: 'behind claimcheck, hot', perSecond: best.guarded },
  ])
  return printBars('Bars', [
    { name: 'a route behind the hot verifier', measured: best.guarded / best.open, asked: 0.85 },
  ])
}

async function takeTurn(url: string, token: string): Promise<number> {
  const { requests, duration, non2xx } = await autocannon({
    url,
    connections: 16,
    pipelining: 8,
    duration: 2,
    headers: { Authorization: `Bearer ${token}` },
  })
  if (non2xx > 0) throw new Error(`Expected only answers of 200, but ${non2xx} were not`)
  return requests.total / duration
}
