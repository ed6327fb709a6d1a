/**
 * The whole API against its peers: same machine, same Postgres, same rows, one run. Each round gives every contender a
 * turn, so that a slow moment of the machine meets all of them; what is compared is medians over the rounds.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { toRequest } from './api/load.js'
import {
  type Contender,
  type Figures,
  median,
  printFigures,
  takeRounds,
  takeTurn,
  toRow,
  toSpread,
} from './api/rounds.js'
import { readMemory, type Server, type ServerName, type Stage, setStage } from './api/stage.js'
import { type Bar, printBars } from './table.js'

/** Rounds that count; fewer where nothing is judged. */
const ROUNDS = 7
const UNJUDGED_ROUNDS = 3

/** Milliseconds until the statistics of Postgres know what its connections did. */
const REPORTED_MS = 12_000

const titles: Readonly<Record<ServerName, string>> = {
  ours: 'Claimcheck, both fences',
  open: 'Hono, prepared query, no authentication, no fence',
  jose: 'Hono, jose on every request, no fence',
  jwk: "Hono's jwk middleware, no fence",
  session: 'Hono, Better Auth getSession on every request, no fence',
  fastapi: 'FastAPI, PyJWT, asyncpg, no fence',
}

/** What can be measured by itself, as `npm run bench -- api:me`. */
const parts = {
  page: measurePage,
  me: measureWithoutRows,
  connections: measureConnections,
  writes: measureWrites,
}

interface Asked {
  readonly stage: Stage
  readonly servers: readonly [ServerName, Server][]
  readonly ask: ReturnType<typeof toAsk>
}

export async function benchApi(part?: string): Promise<boolean> {
  const chosen = Object.entries(parts).filter(([name]) => !part || name === part)
  if (chosen.length === 0) {
    throw new Error(`There is no part "${part}". Choose from: ${Object.keys(parts).join(', ')}.`)
  }
  const stage = await setStage()
  try {
    const servers = Object.entries(stage.servers) as [ServerName, Server][]
    if (stage.servers.fastapi === undefined) console.log('Not measured: FastAPI, which is missing.')
    const bars: Bar[] = []
    for (const [, measure] of chosen) {
      bars.push(...(await measure({ stage, servers, ask: toAsk(stage) })))
    }
    return printBars('Bars', bars)
  } finally {
    await stage.stop()
  }
}

async function measurePage({ stage, servers, ask }: Asked): Promise<Bar[]> {
  const bare: number[] = []
  const fenced: number[] = []
  const contenders = servers.map(([name, server]) => ({
    name,
    server,
    ...ask.page(name),
    connections: 32,
  }))
  const figures = await takeRounds(contenders, ROUNDS, async (counts, milliseconds) => {
    const result = await stage.measureQueries(milliseconds)
    if (!counts) return
    bare.push(result.bare)
    fenced.push(result.asUser)
  })
  const of = (name: string) => median(figures.get(name)?.perSecond ?? [])
  printFigures(
    'A page of 20 tasks, 32 connections',
    servers.map(([name, { pid }]) => toRow(titles[name], figures.get(name), readMemory(pid))),
  )
  console.log('\nThe page without HTTP, 32 in flight, a pool of 10')
  console.log(`  ${Math.round(median(bare))} /s  the bare prepared query`)
  console.log(`  ${Math.round(median(fenced))} /s  the same through asUser`)
  console.log(
    `\nNoise: the rounds of the bare query lie within ${toSpread(bare)} of their median, those of ours within ${toSpread(figures.get('ours')?.perSecond ?? [])}.`,
  )
  const against = (name: ServerName, asked: number) =>
    stage.servers[name] === undefined
      ? []
      : [{ name: `page against: ${titles[name]}`, measured: of('ours') / of(name), asked }]
  return [
    {
      name: 'page against the bare prepared query',
      measured: of('ours') / median(bare),
      asked: 0.28,
    },
    ...against('open', 0.65),
    ...against('fastapi', 3),
    ...against('session', 2),
    ...against('jose', 0.85),
    toFailureBar('pages', [figures.get('ours')]),
    {
      name: 'asUser with one query against the bare prepared query',
      measured: median(fenced) / median(bare),
      asked: 0.7,
    },
  ]
}

async function measureWithoutRows({ stage, ask }: Asked): Promise<Bar[]> {
  const { ours, open } = stage.servers
  if (ours === undefined || open === undefined) throw new Error('Expected both servers.')
  const contenders: Contender[] = [
    { name: 'me', server: ours, ...ask.me, connections: 32 },
    { name: 'bare route', server: open, ...ask.bareRoute, connections: 32 },
    { name: '403', server: ours, ...ask.foreign, connections: 32 },
    { name: '401', server: ours, ...ask.forged, connections: 32 },
  ]
  const figures = await takeRounds(contenders, ROUNDS)
  const of = (name: string) => median(figures.get(name)?.perSecond ?? [])
  const transactions = await countTransactions(stage, async () => {
    for (const contender of contenders.slice(2)) await takeTurn(contender)
  })
  printFigures('Without rows, 32 connections', [
    toRow('GET /api/me', figures.get('me')),
    toRow('a bare Hono route with the same JSON', figures.get('bare route')),
    toRow('403, the path of somebody else', figures.get('403')),
    toRow('401, a bad signature', figures.get('401')),
  ])
  console.log(
    `\nTransactions while 403 and 401 were asked for: ${transactions.busy}; while nothing was: ${transactions.idle}.`,
  )
  return [
    { name: '/api/me against the bare route', measured: of('me') / of('bare route'), asked: 0.7 },
    { name: '403 against /api/me', measured: of('403') / of('me'), asked: 0.8 },
    { name: '401 against /api/me', measured: of('401') / of('me'), asked: 0.5 },
    toFailureBar('/api/me, 403 and 401', [...figures.values()]),
    {
      name: 'transactions that 403 and 401 caused',
      measured: transactions.busy - transactions.idle,
      // The background asks now and then, and not at the same moments twice.
      asked: 10,
      atMost: true,
      unit: '',
    },
  ]
}

/** One connection, and more than can be served at once: of those that get through, nearly as many as of 32. */
async function measureConnections({ servers, ask }: Asked): Promise<Bar[]> {
  const contenders = [1, 32, 256].flatMap((connections) =>
    servers.map(([name, server]) => ({
      name: `${name} ${connections}`,
      server,
      ...ask.page(name),
      connections,
    })),
  )
  const figures = await takeRounds(contenders, ROUNDS)
  for (const connections of [1, 32, 256]) {
    printFigures(
      `A page of 20 tasks, ${connections} ${connections === 1 ? 'connection' : 'connections'}`,
      servers.map(([name]) => toRow(titles[name], figures.get(`${name} ${connections}`))),
    )
  }
  const of = (name: string) => median(figures.get(name)?.perSecond ?? [])
  return [
    {
      name: 'pages served to 256 connections against 32',
      measured: of('ours 256') / of('ours 32'),
      asked: 0.8,
    },
  ]
}

async function measureWrites({ stage, ask }: Asked): Promise<Bar[]> {
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
  return []
}

function toFailureBar(what: string, figures: readonly (Figures | undefined)[]): Bar {
  return {
    name: `answers that failed: ${what}`,
    measured: figures.reduce((sum, each) => sum + (each?.failures ?? 0), 0),
    asked: 0,
    atMost: true,
    unit: '',
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

/** How many transactions the tasks database saw meanwhile, and how many in as long a time without any of the work. */
async function countTransactions({ owner }: Stage, work: () => Promise<void>) {
  const read = async () => {
    // What a connection did is told when it has been idle for ten seconds (PGSTAT_IDLE_INTERVAL of Postgres).
    await wait(REPORTED_MS)
    const { rows } = await owner.query<{ count: string }>(
      `select xact_commit + xact_rollback as count from pg_stat_database
       where datname = current_database()`,
    )
    return Number(rows[0]?.count)
  }
  const start = await read()
  const began = performance.now()
  await work()
  const took = performance.now() - began
  const worked = await read()
  await wait(took)
  return { busy: worked - start, idle: (await read()) - worked }
}
