/**
 * The whole API against its peers: same machine, same Postgres, same rows, one run. Each round gives every contender a
 * turn, so that a slow moment of the machine meets all of them; what is compared is medians over the rounds.
 */
import { toRequest } from './api/load.js'
import {
  type Contender,
  median,
  printFigures,
  TURN_MS,
  takeRounds,
  takeTurn,
  toRow,
  toSpread,
} from './api/rounds.js'
import { readMemory, type Server, type ServerName, type Stage, setStage } from './api/stage.js'
import { printBars } from './table.js'

/** Rounds that count; fewer where nothing is judged. */
const ROUNDS = 7
const UNJUDGED_ROUNDS = 3

const titles: Readonly<Record<ServerName, string>> = {
  ours: 'Claimcheck, both fences',
  open: 'Hono, prepared query, no authentication, no fence',
  jose: 'Hono, jose on every request, no fence',
  jwk: "Hono's jwk middleware, no fence",
  session: 'Hono, Better Auth getSession on every request, no fence',
  fastapi: 'FastAPI, PyJWT, asyncpg, no fence',
}

export async function benchApi(): Promise<boolean> {
  const stage = await setStage()
  try {
    return await measure(stage)
  } finally {
    await stage.stop()
  }
}

async function measure(stage: Stage): Promise<boolean> {
  const servers = Object.entries(stage.servers) as [ServerName, Server][]
  const { ours, open } = stage.servers
  if (ours === undefined || open === undefined) throw new Error('Expected both servers.')
  const ask = toAsk(stage)
  if (stage.servers.fastapi === undefined) console.log('Not measured: FastAPI, which is missing.')

  const judged: Contender[] = [
    ...servers.map(([name, server]) => ({ name, server, ...ask.page(name), connections: 32 })),
    { name: 'me', server: ours, ...ask.me, connections: 32 },
    { name: 'bare route', server: open, ...ask.bareRoute, connections: 32 },
    { name: '403', server: ours, ...ask.foreign, connections: 32 },
    { name: '401', server: ours, ...ask.forged, connections: 32 },
  ]
  const bare: number[] = []
  const fenced: number[] = []
  const figures = await takeRounds(judged, ROUNDS, async (counts) => {
    const result = await stage.measureQueries(TURN_MS)
    if (!counts) return
    bare.push(result.bare)
    fenced.push(result.asUser)
  })
  const of = (name: string) => median(figures.get(name)?.perSecond ?? [])
  const memory = new Map(servers.map(([name, { pid }]) => [name, readMemory(pid)]))
  const noDatabase = await countTransactions(stage, async () => {
    for (const name of ['403', '401']) {
      const contender = judged.find((each) => each.name === name)
      if (contender) await takeTurn(contender)
    }
  })

  printFigures(
    'A page of 20 tasks, 32 connections',
    servers.map(([name]) => toRow(titles[name], figures.get(name), memory.get(name))),
  )
  printFigures('Without rows, 32 connections', [
    toRow('GET /api/me', figures.get('me')),
    toRow('a bare Hono route with the same JSON', figures.get('bare route')),
    toRow('403, the path of somebody else', figures.get('403')),
    toRow('401, a bad signature', figures.get('401')),
  ])
  console.log('\nThe page without HTTP, 32 in flight, a pool of 10')
  console.log(`  ${Math.round(median(bare))} /s  the bare prepared query`)
  console.log(`  ${Math.round(median(fenced))} /s  the same through asUser`)
  console.log(
    `\nNoise: the rounds of the bare query lie within ${toSpread(bare)} of their median, those of ours within ${toSpread(figures.get('ours')?.perSecond ?? [])}.`,
  )
  await measureTheRest(stage, servers, ask)

  const against = (name: ServerName, asked: number) =>
    stage.servers[name] === undefined
      ? []
      : [{ name: `page against: ${titles[name]}`, measured: of('ours') / of(name), asked }]
  return printBars('Bars', [
    {
      name: 'page against the bare prepared query',
      measured: of('ours') / median(bare),
      asked: 0.28,
    },
    ...against('open', 0.65),
    ...against('fastapi', 3),
    ...against('session', 2),
    ...against('jose', 0.85),
    { name: '/api/me against the bare route', measured: of('me') / of('bare route'), asked: 0.7 },
    { name: '403 against /api/me', measured: of('403') / of('me'), asked: 0.8 },
    { name: '401 against /api/me', measured: of('401') / of('me'), asked: 0.5 },
    {
      name: 'answers of ours that failed',
      measured: ['ours', 'me', '403', '401']
        .map((name) => figures.get(name)?.failures ?? 0)
        .reduce((sum, count) => sum + count),
      asked: 0,
      atMost: true,
      unit: '',
    },
    {
      name: 'transactions that 403 and 401 caused',
      measured: noDatabase,
      // Readiness and the purge ask a few times a minute.
      asked: 10,
      atMost: true,
      unit: '',
    },
    {
      name: 'asUser with one query against the bare prepared query',
      measured: median(fenced) / median(bare),
      asked: 0.7,
    },
  ])
}

/** What is shown and not judged: other numbers of connections, other requests. */
async function measureTheRest(
  stage: Stage,
  servers: readonly [ServerName, Server][],
  ask: ReturnType<typeof toAsk>,
): Promise<void> {
  for (const connections of [1, 256]) {
    const contenders = servers.map(([name, server]) => ({
      name,
      server,
      ...ask.page(name),
      connections,
    }))
    const figures = await takeRounds(contenders, UNJUDGED_ROUNDS)
    printFigures(
      `A page of 20 tasks, ${connections} ${connections === 1 ? 'connection' : 'connections'}`,
      servers.map(([name]) => toRow(titles[name], figures.get(name))),
    )
  }
  const writers = (['ours', 'open', 'jose', 'session'] as const).flatMap((name) => {
    const server = stage.servers[name]
    return server === undefined ? [] : ([[name, server]] as const)
  })
  for (const kind of ['one', 'create', 'complete'] as const) {
    const contenders = writers.map(([name, server]) => ({
      name,
      server,
      ...ask[kind](name),
      connections: 32,
    }))
    const figures = await takeRounds(contenders, UNJUDGED_ROUNDS)
    printFigures(
      { one: 'One task', create: 'Create a task', complete: 'Complete a task' }[kind],
      writers.map(([name]) => toRow(titles[name], figures.get(name))),
    )
  }
}

/** Every request that is asked, ready to be sent, as each of fifty people in turn. */
function toAsk({ people, tasksOf }: Stage) {
  const credentials = (name: ServerName, { token, cookie }: Stage['people'][number]) =>
    name === 'session' ? { Cookie: cookie } : { Authorization: `Bearer ${token}` }
  const good = (requests: readonly Buffer[]) => ({ requests, status: 200 })
  const first = people[0] as Stage['people'][number]
  const stranger = people[1] as Stage['people'][number]
  const [head, claims] = first.token.split('.')
  const forged = `${head}.${claims}.${stranger.token.split('.')[2]}`
  const each = (name: ServerName, method: string, path: (id: string) => string, body?: unknown) =>
    good(
      people.flatMap((person) =>
        tasksOf(person.subject)
          .slice(0, 20)
          .map((id) =>
            toRequest(
              method,
              `/api/${person.subject}/tasks${path(id)}`,
              credentials(name, person),
              body,
            ),
          ),
      ),
    )
  return {
    page: (name: ServerName) =>
      good(
        people.map((person) =>
          toRequest('GET', `/api/${person.subject}/tasks?limit=20`, credentials(name, person)),
        ),
      ),
    one: (name: ServerName) => each(name, 'GET', (id) => `/${id}`),
    create: (name: ServerName) => each(name, 'POST', () => '', { title: 'Collect the coat' }),
    complete: (name: ServerName) => each(name, 'PATCH', (id) => `/${id}`, { completed: true }),
    me: good(people.map((person) => toRequest('GET', '/api/me', credentials('ours', person)))),
    bareRoute: good([toRequest('GET', '/me', credentials('open', first))]),
    foreign: {
      requests: [
        toRequest('GET', `/api/${stranger.subject}/tasks?limit=20`, credentials('ours', first)),
      ],
      status: 403,
    },
    forged: {
      requests: [toRequest('GET', '/api/me', credentials('ours', { ...first, token: forged }))],
      status: 401,
    },
  }
}

/** How many transactions the tasks database saw meanwhile. */
async function countTransactions({ owner }: Stage, work: () => Promise<void>): Promise<number> {
  const read = async () => {
    const { rows } = await owner.query<{ count: string }>(
      `select xact_commit + xact_rollback as count from pg_stat_database
       where datname = current_database()`,
    )
    return Number(rows[0]?.count)
  }
  // A connection reports what it did once it has been idle for a second, so what came before has to be in.
  await new Promise((resolve) => setTimeout(resolve, 1500))
  const before = await read()
  await work()
  await new Promise((resolve) => setTimeout(resolve, 1500))
  return (await read()) - before
}
