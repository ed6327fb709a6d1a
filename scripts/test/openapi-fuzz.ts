/** Asks an API everything that its OpenAPI document allows, and much that it does not, and reads each answer by it. */
import { Agent, request } from 'node:http'
import fc from 'fast-check'
import { z } from 'zod'
import { type Asked, createAsking, type Document, type Operation } from './openapi-requests.js'

export interface FuzzOptions {
  /** Where the API answers. */
  url: string
  /** Headers of somebody with a good token. */
  headers: Readonly<Record<string, string>>
  requests: number
  /** The same seed asks the same. */
  seed: number
  /** How many are asked at a time. Default: 1. */
  lanes?: number
}

export interface FuzzResult {
  /** How often each operation was asked, and how often each status came. */
  readonly counts: Readonly<Record<string, number>>
  /** What no answer should be, each with the request that it came for. */
  readonly faults: readonly string[]
}

interface Answer {
  readonly status: number
  readonly type: string
  readonly text: string
}

/** Milliseconds without an answer. */
const HANG_MS = 10_000

/** What any path may answer, since what is asked for need not be a path at all. */
const anywhere = ['400', '404', '405', '413', '431']

/** Finds every 5xx, every answer that does not come, and every one that is not as the document says. */
export async function fuzz({ url, headers, requests, seed, lanes = 1 }: FuzzOptions) {
  const agent = new Agent({ keepAlive: true, maxSockets: lanes })
  const served = await send(agent, url, { method: 'GET', path: '/openapi.json', headers: {} })
  const document: Document = JSON.parse(served.text)
  const matches = createMatcher(document)
  const known: string[] = []
  const counts: Record<string, number> = {}
  const faults: string[] = []
  const count = (what: string) => {
    counts[what] = (counts[what] ?? 0) + 1
  }

  async function ask({ operation, toRequest }: Asked): Promise<void> {
    const sent = toRequest(known)
    const all = { ...headers, ...sent.headers }
    let fault: string | null
    try {
      const answer = await send(agent, url, { ...sent, headers: all })
      count(`${operation.method} ${operation.path}`)
      count(String(answer.status))
      fault = findFault(operation, answer, matches)
      const { id } = fault === null && answer.status === 200 ? JSON.parse(answer.text) : {}
      if (typeof id === 'string' && !known.includes(id)) known.push(id)
    } catch (error) {
      fault = `no answer, or no JSON (${error instanceof Error ? error.message : error})`
    }
    if (fault !== null) faults.push(`${fault}: ${JSON.stringify({ ...sent, headers: undefined })}`)
  }

  const waiting = fc.sample(createAsking(document), { numRuns: requests, seed })[Symbol.iterator]()
  const lane = async () => {
    for (const asked of waiting) await ask(asked)
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  agent.destroy()
  return { counts, faults } satisfies FuzzResult
}

function findFault(operation: Operation, answer: Answer, matches: Matcher): string | null {
  const { status, type, text } = answer
  if (status >= 500) return `${status} ${text.slice(0, 200)}`
  const described = operation.responses[status]
  if (described === undefined && !anywhere.includes(String(status))) return `${status} is not named`
  const content: Content = described?.content ?? problemContent
  const schema = content[type.split(';', 1)[0] ?? '']?.schema
  if (schema === undefined) return `${status} with the type "${type}"`
  const body: unknown = JSON.parse(text)
  const mismatch = matches(schema, body)
  if (mismatch !== null) return `${status} ${mismatch}`
  if (status < 400) return null
  const { code, status: said } = z.object({ code: z.string(), status: z.number() }).parse(body)
  if (said !== status) return `${status} says ${said}`
  const isNamed = described === undefined || described.description.split(/[ ,.]+/).includes(code)
  return isNamed ? null : `${status} with the code ${code}`
}

const problemContent = {
  'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
}

type Content = NonNullable<NonNullable<Operation['responses'][string]>['content']>

type Matcher = (schema: object, value: unknown) => string | null

/** Each schema is made into a check once. */
function createMatcher({ components }: Document): Matcher {
  const checks = new Map<string, z.ZodType>()
  const $defs = JSON.parse(toDefinitions(components.schemas))
  return (schema, value) => {
    const text = toDefinitions(schema)
    const check = checks.get(text) ?? z.fromJSONSchema({ ...JSON.parse(text), $defs })
    checks.set(text, check)
    const result = check.safeParse(value)
    return result.success ? null : z.prettifyError(result.error).replaceAll('\n', ' ')
  }
}

/** JSON Schema keeps what OpenAPI calls components under another name. */
function toDefinitions(schema: object): string {
  return JSON.stringify(schema).replaceAll('#/components/schemas/', '#/$defs/')
}

interface Sent {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
}

function send(agent: Agent, url: string, { method, path, headers, body }: Sent): Promise<Answer> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const sending = request(
      { agent, hostname, port, method, path, headers, timeout: HANG_MS },
      (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk
        })
        response.on('error', reject)
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            type: response.headers['content-type'] ?? '',
            text,
          }),
        )
      },
    )
    sending.on('timeout', () => sending.destroy(new Error('it hangs')))
    sending.on('error', reject)
    sending.end(body)
  })
}
