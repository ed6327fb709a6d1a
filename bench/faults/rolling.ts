/** Two web processes and two of the API behind nginx with TLS; each is restarted in turn under load. */
import { readFileSync } from 'node:fs'
import { Agent } from 'node:https'
import { setTimeout as wait } from 'node:timers/promises'
import type { Bar } from '../table.js'
import { toBar } from './bar.js'
import { startDeployment } from './deployment.js'
import { exchange, type Outcome } from './exchange.js'

const PEOPLE = 6

/** Tasks that are added with one token before the next is fetched. */
const PER_TOKEN = 5

/** Milliseconds between two requests of one person. */
const PAUSE_MS = 20

export async function restartEverything(): Promise<readonly Bar[]> {
  const deployment = await startDeployment()
  const { webUrl, apiUrl, certificate } = deployment.nginx
  const agent = new Agent({ keepAlive: true, ca: readFileSync(certificate) })
  const outcomes = new Map<string, Map<Outcome, number>>()
  let isStopping = false

  async function ask(what: string, url: string, sent: Parameters<typeof exchange>[2]) {
    const answer = await exchange(agent, url, sent)
    const counts = outcomes.get(what) ?? new Map<Outcome, number>()
    outcomes.set(what, counts.set(answer.status, (counts.get(answer.status) ?? 0) + 1))
    await wait(PAUSE_MS)
    return answer
  }

  async function work(): Promise<{ acknowledged: string[]; kept: number }> {
    const json = { 'Content-Type': 'application/json', Origin: webUrl }
    const email = `${crypto.randomUUID()}@example.com`
    const account = { name: 'Bench', email, password: crypto.randomUUID() }
    const signedUp = { headers: json, body: account }
    const { cookie } = await ask('sign-up', `${webUrl}/api/auth/sign-up/email`, signedUp)
    const acknowledged: string[] = []
    let headers: Record<string, string> = {}
    while (!isStopping) {
      await ask('a page', `${webUrl}/dashboard`, { headers: { Cookie: cookie } })
      const minted = await ask('a token', `${webUrl}/api/auth/token`, {
        headers: { Cookie: cookie },
      })
      if (minted.status !== 200) continue
      const { token } = JSON.parse(minted.text) as { token: string }
      headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
      for (let count = 0; count < PER_TOKEN; count += 1) {
        const body = { id: crypto.randomUUID(), title: 'Kept' }
        const added = await ask('a new task', `${apiUrl}/api/me/tasks`, { headers, body })
        if (added.status === 200) acknowledged.push(body.id)
        await ask('a list', `${apiUrl}/api/me/tasks?limit=20`, { headers })
      }
    }
    const counted = await exchange(agent, `${apiUrl}/api/me/tasks/counts`, { headers })
    return { acknowledged, kept: Number(JSON.parse(counted.text).open) }
  }

  try {
    const working = Promise.all(Array.from({ length: PEOPLE }, work))
    await wait(3000)
    for (const restart of deployment.restarts) {
      await restart()
      await wait(1000)
    }
    isStopping = true
    const people = await working
    for (const [what, counts] of outcomes) {
      console.log(`  ${what}: ${[...counts].map((each) => each.join(': ')).join(', ')}`)
    }
    const all = [...outcomes.values()].flatMap((counts) => [...counts])
    const count = (isOne: (status: Outcome) => boolean) =>
      all.filter(([status]) => isOne(status)).reduce((sum, [, times]) => sum + times, 0)
    const lost = people.filter(({ acknowledged, kept }) => kept < acknowledged.length).length
    return [
      toBar(
        'requests that failed',
        count((status) => status !== 200),
        0,
      ),
      toBar(
        'false 401',
        count((status) => status === 401),
        0,
      ),
      toBar('people who lost a task that was acknowledged', lost, 0),
    ]
  } finally {
    isStopping = true
    agent.destroy()
    await deployment.stop()
  }
}
