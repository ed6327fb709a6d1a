/** The database of the API hangs: every route of its document answers, and none blames the caller. */
import { setTimeout as wait } from 'node:timers/promises'
import { listServer } from '../../scripts/postgres/processes.js'
import { type ApiStage, startApiStage } from '../abuse/api-stage.js'
import type { Bar } from '../table.js'
import { toBar } from './bar.js'

/** Milliseconds within which everybody is answered. */
const ANSWERED_MS = 3000

/** Milliseconds for which readiness may give an answer from before. */
const READINESS_MS = 1000

/** Milliseconds after which nobody waits any longer. */
const PATIENCE_MS = 20_000

/** What needs no database goes on; any other route says 503, one that is new in the document included. */
const others: Readonly<Record<string, number>> = {
  'GET /livez': 200,
  'GET /openapi.json': 200,
  'GET /docs': 200,
  'GET /metrics': 200,
  'GET /api/me': 200,
  'GET /api/somebody/tasks': 403,
  'GET /api/no-such-route': 404,
}

interface Asked {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly expected: number
}

interface Schema {
  readonly $ref?: string
  readonly example?: unknown
  readonly enum?: readonly string[]
  readonly maximum?: number
  readonly properties?: Readonly<Record<string, Schema>>
}

interface Operation {
  readonly parameters?: readonly { name: string; in: string; schema: Schema }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema: Schema }>> }
}

interface Document {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

export async function hangApi(): Promise<readonly Bar[]> {
  const stage = await startApiStage({ toEnv: () => ({ INSPECTOR: 'on' }) })
  try {
    await stage.fill('ada', 20, 'Ticket 212, before ten.')
    const signedIn = await stage.signIn('ada')
    const ask = async ({ method, path, headers, body, expected }: Asked) => {
      const began = performance.now()
      const status = await fetch(stage.url + path, {
        method,
        headers: { ...signedIn, ...headers },
        signal: AbortSignal.timeout(PATIENCE_MS),
        ...(body !== undefined && { body }),
      }).then(
        async (answer) => {
          await answer.text()
          return answer.status
        },
        (error: Error) => error.name,
      )
      const milliseconds = performance.now() - began
      const isRight = status === expected
      console.log(
        `  ${method} ${path}: ${status} after ${milliseconds.toFixed(0)} ms${isRight ? '' : `, and not ${expected}`}`,
      )
      return { milliseconds, isRight }
    }
    const asked = await listAsked(stage, signedIn)
    // A pool of connections that are open and idle hangs in another way than one that is empty.
    await Promise.all(Array.from({ length: 20 }, () => read(stage, signedIn, '/api/me/tasks')))
    const pids = await listServer(stage.owner)
    for (const pid of pids) process.kill(pid, 'SIGSTOP')
    const bars: Bar[] = []
    try {
      await wait(READINESS_MS)
      const inTurn = async () => {
        const answers: Awaited<ReturnType<typeof ask>>[] = []
        for (const each of asked) answers.push(await ask(each))
        return answers
      }
      for (const [what, answer] of Object.entries({
        'all at once': () => Promise.all(asked.map(ask)),
        'one after the other': inTurn,
      })) {
        console.log(`  ${what}:`)
        const answers = await answer()
        const slowest = Math.max(...answers.map(({ milliseconds }) => milliseconds))
        const wrong = answers.filter(({ isRight }) => !isRight).length
        bars.push(
          toBar(
            `${what}, of ${asked.length} requests: the slowest answer`,
            slowest,
            ANSWERED_MS,
            'ms',
          ),
          toBar(`${what}: answers other than 503 where a database is needed`, wrong, 0),
        )
      }
    } finally {
      for (const pid of pids) process.kill(pid, 'SIGCONT')
    }
    return bars
  } finally {
    await stage.stop()
  }
}

/** Each operation as it is and once with each parameter, for a task that is there. */
async function listAsked(
  stage: ApiStage,
  signedIn: Readonly<Record<string, string>>,
): Promise<readonly Asked[]> {
  const document = await read<Document>(stage, signedIn, '/openapi.json')
  const page = await read<{ tasks: [{ id: string }]; nextCursor: string }>(
    stage,
    signedIn,
    '/api/me/tasks?limit=2',
  )
  const values: Readonly<Record<string, string>> = {
    user_id: 'me',
    task_id: page.tasks[0].id,
    cursor: page.nextCursor,
    q: 'coat',
    today: '2026-11-21',
    'if-match': '"1"',
  }
  const described = Object.entries(document.paths).flatMap(([template, methods]) =>
    Object.entries(methods).flatMap(([name, { parameters = [], requestBody }]) => {
      const method = name.toUpperCase()
      const filled = template.replace(/\{(\w+)\}/g, (_, parameter) => values[parameter] ?? 'x')
      const schema = Object.values(requestBody?.content ?? {})[0]?.schema
      const plain: Asked = {
        method,
        path: filled,
        expected: others[`${method} ${template}`] ?? 503,
        ...(schema && { body: JSON.stringify(toExample(document, schema)) }),
      }
      const varied = parameters.flatMap((parameter): Asked[] => {
        const value = values[parameter.name] ?? toSample(parameter.schema)
        if (parameter.in === 'query')
          return [{ ...plain, path: `${filled}?${parameter.name}=${encodeURIComponent(value)}` }]
        return parameter.in === 'header' ? [{ ...plain, headers: { [parameter.name]: value } }] : []
      })
      return [plain, ...varied]
    }),
  )
  const isDescribed = new Set(described.map(({ method, path }) => `${method} ${path}`))
  const undescribed = Object.entries(others)
    .filter(([name]) => !isDescribed.has(name))
    .map(([name, expected]) => {
      const [method = '', path = ''] = name.split(' ')
      return { method, path, expected }
    })
  const stranger = { method: 'GET', path: '/api/me/tasks', expected: 401 }
  return [...described, ...undescribed, { ...stranger, headers: { Authorization: 'Bearer x' } }]
}

/** Every field of a body that the document shows an example of. */
function toExample({ components }: Document, schema: Schema): Record<string, unknown> {
  const name = schema.$ref?.split('/').at(-1) ?? ''
  const { properties = {} } = components.schemas[name] ?? schema
  const shown = Object.entries(properties).filter(([, { example }]) => example !== undefined)
  return Object.fromEntries(shown.map(([field, { example }]) => [field, example]))
}

function toSample(schema: Schema): string {
  return String(schema.example ?? schema.enum?.at(-1) ?? schema.maximum ?? 'x')
}

async function read<Body>(
  { url }: ApiStage,
  headers: Readonly<Record<string, string>>,
  path: string,
): Promise<Body> {
  const answer = await fetch(url + path, { headers })
  if (!answer.ok) throw new Error(`${path} was answered with ${answer.status}`)
  return await answer.json()
}
