/** Somebody who uses the web app and both processes of the API as people do, and writes down what came of it. */
import type { Agent } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { System } from '../../system.js'
import { exchange } from '../exchange.js'

/** What an answer was, in words, to how often it came. */
export type Outcomes = Map<string, number>

export interface Person {
  /** Asks for the next thing that people ask for. */
  goOn(): Promise<void>
  /** Has the API remember another token. */
  showToken(): Promise<void>
}

/** Requests after which somebody signs out and in again. */
const SESSION_TURNS = 400

/** Bad answers that are shown one by one, with the time. */
const SHOWN = 20

/** Tasks that each has, for a list of some length. */
const TASKS = 50

/** Milliseconds before somebody who was turned away tries to sign in again. */
const PAUSE_MS = 1000

const password = 'correct horse battery'

const badToken = 'bad token'

/** Somebody new with a session, a token and some tasks. */
export async function createPerson(around: {
  readonly system: System
  readonly agent: Agent
  readonly outcomes: Outcomes
  /** From 0 to 1, so that not everybody signs in again at the same time. */
  readonly stagger: number
}): Promise<Person> {
  const { system, agent, outcomes, stagger } = around
  const { webUrl, apiUrls } = system
  const json = { 'Content-Type': 'application/json', Origin: webUrl }
  const account = { name: 'Person', email: `${crypto.randomUUID()}@example.com`, password }
  let turn = Math.floor(SESSION_TURNS * stagger)
  let cookie = ''
  let token = ''

  async function ask(what: string, url: string, sent: Parameters<typeof exchange>[2]) {
    const answer = await exchange(agent, url, sent)
    const isBad = answer.status !== 200 && !(answer.status === 401 && what === badToken)
    const code = isBad ? ` ${/"code":"(\w+)"/.exec(answer.text)?.[1] ?? ''}` : ''
    const words = `${what} ${answer.status}${code}`
    outcomes.set(words, (outcomes.get(words) ?? 0) + 1)
    if (isBad && countBad(outcomes) <= SHOWN) {
      console.log(`  ${new Date().toISOString()} ${words}`)
    }
    return answer
  }
  const askApi = (what: string, path: string, more: { body?: unknown; method?: string } = {}) =>
    ask(what, `${apiUrls[turn % 2]}/api/me${path}`, {
      ...more,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    })
  const askAuth = (what: string, path: string, body?: unknown) =>
    ask(what, `${webUrl}/api/auth/${path}`, {
      headers: { ...json, Cookie: cookie },
      ...(body !== undefined && { body }),
    })
  const readToken = async () => {
    const answer = await askAuth('token', 'token')
    if (answer.status === 200) token = JSON.parse(answer.text).token
  }
  const addTask = () => askApi('new task', '/tasks', { body: { title: 'Collect the coat' } })

  const signedUp = await askAuth('sign-up', 'sign-up/email', account)
  if (signedUp.status !== 200) throw new Error(`Signing up was answered with ${signedUp.status}.`)
  cookie = signedUp.cookie
  await readToken()
  for (let count = 0; count < TASKS; count += 1) await addTask()
  let added = ''

  return {
    async showToken() {
      await readToken()
      // What comes twice is remembered.
      for (let time = 0; time < 4; time += 1) {
        turn += 1
        await askApi('identity', '')
      }
    },
    async goOn() {
      turn += 1
      if (turn % SESSION_TURNS === 0) {
        await askAuth('sign-out', 'sign-out', {})
        const { email } = account
        let answer = await askAuth('sign-in', 'sign-in/email', { email, password })
        while (answer.status !== 200) {
          await wait(PAUSE_MS)
          answer = await askAuth('sign-in', 'sign-in/email', { email, password })
        }
        cookie = answer.cookie
        await readToken()
        await askApi('emptying the trash', '/tasks/trash', { method: 'DELETE' })
      } else if (turn % 20 === 0) await readToken()
      else if (turn % 20 === 1) {
        const kept = token
        token = `${token.slice(0, -20)}${crypto.randomUUID().slice(0, 20)}`
        await askApi(badToken, '/tasks')
        token = kept
      } else if (turn % 20 === 2) {
        const answer = await addTask()
        added = answer.status === 200 ? JSON.parse(answer.text).id : ''
      } else if (turn % 20 === 3 && added !== '') {
        await askApi('deleting it', `/tasks/${added}`, { method: 'DELETE' })
      } else if (turn % 20 === 4) {
        await ask('dashboard', `${webUrl}/dashboard`, { headers: { Cookie: cookie } })
      } else await askApi('list', '/tasks?limit=20')
    },
  }
}

export function total(outcomes: Outcomes): number {
  return [...outcomes.values()].reduce((sum, count) => sum + count, 0)
}

export function countBad(outcomes: Outcomes): number {
  return total(
    new Map([...outcomes].filter(([words]) => !/ 200$/.test(words) && words !== `${badToken} 401`)),
  )
}

export function toWords(outcomes: Outcomes): string {
  return [...outcomes].map((each) => each.join(': ')).join(', ')
}
