/** Somebody with a list of tasks, for the bench of the dashboard. */
import type { System } from './system.js'

/** Requests at a time. */
const IN_FLIGHT = 8

export interface Person {
  /** The cookie of the session, as a browser context takes it. */
  readonly cookies: readonly { name: string; value: string; url: string }[]
  readonly token: string
}

export async function createPerson({ webUrl }: System): Promise<Person> {
  const answer = await fetch(`${webUrl}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: webUrl },
    body: JSON.stringify({
      name: 'Bench',
      email: `${crypto.randomUUID()}@example.com`,
      password: crypto.randomUUID(),
    }),
  })
  if (!answer.ok) throw new Error(`Expected to sign up, but the web app answered ${answer.status}`)
  const cookies = answer.headers.getSetCookie().map((line) => {
    const [pair = ''] = line.split(';')
    const split = pair.indexOf('=')
    return { name: pair.slice(0, split), value: pair.slice(split + 1), url: webUrl }
  })
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  const minted = await fetch(`${webUrl}/api/auth/token`, { headers: { cookie } })
  if (!minted.ok) throw new Error(`Expected a token, but the web app answered ${minted.status}`)
  const token = readField(await minted.json(), 'token')
  if (typeof token !== 'string') throw new Error('Expected a token, but the answer holds none')
  return { cookies, token }
}

/** Adds open tasks, a third with a day and a third with notes. */
export async function fillList(system: System, person: Person, count: number): Promise<void> {
  let left = count
  async function work(): Promise<void> {
    while (left > 0) {
      const index = left
      left -= 1
      await addTask(system, person, index)
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, work))
}

/** How many open tasks the API has. */
export async function countTasks({ apiUrls }: System, { token }: Person): Promise<number> {
  let count = 0
  let cursor: string | null = null
  do {
    const query = new URLSearchParams({ status: 'open', limit: '100' })
    if (cursor !== null) query.set('cursor', cursor)
    const answer = await fetch(`${apiUrls[0]}/api/me/tasks?${query}`, {
      headers: { Authorization: `Bearer ${token}` },
    })
    if (!answer.ok) throw new Error(`Expected tasks, but the API said ${answer.status}`)
    const page: unknown = await answer.json()
    const tasks = readField(page, 'tasks')
    const next = readField(page, 'nextCursor')
    if (!Array.isArray(tasks) || (next !== null && typeof next !== 'string')) {
      throw new Error('Expected a page of tasks, but the answer is none')
    }
    count += tasks.length
    cursor = next
  } while (cursor !== null)
  return count
}

async function addTask({ apiUrls }: System, { token }: Person, index: number): Promise<void> {
  const answer = await fetch(`${apiUrls[0]}/api/me/tasks`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
    body: JSON.stringify({
      title: `Task ${index} of the long list`,
      priority: index % 4,
      ...(index % 3 === 0 && { dueOn: '2999-01-01' }),
      ...(index % 3 === 1 && { notes: 'What is to be remembered about it.' }),
    }),
  })
  await answer.arrayBuffer()
  if (!answer.ok) throw new Error(`Expected a task to be added, but the API said ${answer.status}`)
}

function readField(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined
}
