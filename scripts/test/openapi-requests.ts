/** Requests made from an OpenAPI document: some as it says, some nearly, some not at all. */
import fc from 'fast-check'

export interface Document {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>
}

export interface DescribedOperation {
  readonly parameters?: readonly { name: string; in: 'path' | 'query' | 'header'; schema: Schema }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema: Schema }>> }
  readonly responses: Readonly<
    Record<
      string,
      { description: string; content?: Readonly<Record<string, { schema: Schema }>> } | undefined
    >
  >
}

export interface Operation extends DescribedOperation {
  readonly method: string
  readonly path: string
}

export interface Asked {
  readonly operation: Operation
  /** Makes the request; ids of things that exist take the places that were left for them. */
  toRequest(known: readonly string[]): {
    readonly method: string
    readonly path: string
    readonly headers: Readonly<Record<string, string>>
    readonly body?: string | undefined
  }
}

interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly string[]
  readonly format?: string
  readonly example?: unknown
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
}

/** One request to any of the operations. */
export function createAsking(document: Document): fc.Arbitrary<Asked> {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => ({
      ...described,
      method: method.toUpperCase(),
      path,
    })),
  )
  return fc.oneof(...operations.map((operation) => toAsked(document, operation)))
}

function toAsked(document: Document, operation: Operation): fc.Arbitrary<Asked> {
  const { method, path, parameters = [], requestBody } = operation
  const [type = 'application/json', media] = Object.entries(requestBody?.content ?? {})[0] ?? []
  const values = fc.record(
    Object.fromEntries(
      parameters.map((each) => [each.name, toParameter(document, each.schema, each.in)]),
    ),
  )
  return fc
    .record({
      values,
      which: fc.nat(),
      body: media === undefined ? fc.constant(undefined) : toBody(document, media.schema),
      type: mostly(fc.constant(type), fc.constantFrom('text/plain', 'application/json; a=b', '')),
    })
    .map(({ values: filled, which, body, type: sentType }) => ({
      operation,
      toRequest: (known) => {
        const fill = (name: string) =>
          filled[name] === existing ? known[which % (known.length || 1)] : filled[name]
        const query = new URLSearchParams()
        const headers: Record<string, string> =
          body === undefined ? {} : { 'Content-Type': sentType }
        let filledPath = path
        for (const { name, in: place } of parameters) {
          const value = fill(name)
          if (value === undefined) continue
          if (place === 'path') filledPath = filledPath.replace(`{${name}}`, toSegment(value))
          else if (place === 'query') query.append(name, value)
          else headers[name] = value.replaceAll(/[^\x20-\x7e]/g, '')
        }
        const tail = query.size > 0 ? `?${query}` : ''
        return { method, path: filledPath.replaceAll(/[{}]/g, '') + tail, headers, body }
      },
    }))
}

/** Stands for the id of something that exists. */
const existing = '\u0000existing'

/** Broken escapes are sent as they are. Half a pair of surrogates has none. */
function toSegment(value: string): string {
  if (/^%[\w%]*$/.test(value)) return value
  return encodeURIComponent(Buffer.from(value).toString())
}

function toParameter(document: Document, schema: Schema, place: string) {
  const good = toValid(document, schema).map((value) =>
    typeof value === 'string' ? value : JSON.stringify(value),
  )
  const text = place === 'path' ? strings.filter((value) => value !== '') : strings
  const bad = fc.oneof(
    text,
    fc.constantFrom('%', '%ff', '%00', '%2F', '..', '0', '-1', 'null', '[]'),
  )
  if (place === 'path') {
    const own = schema.format === 'uuid' ? existing : String(schema.example)
    return fc.oneof(
      { arbitrary: fc.constant(own), weight: 8 },
      { arbitrary: good, weight: 1 },
      { arbitrary: bad, weight: 1 },
    )
  }
  return fc.oneof(
    { arbitrary: fc.constant(undefined), weight: 4 },
    { arbitrary: good, weight: 4 },
    { arbitrary: bad, weight: 1 },
  )
}

/** Text, as it should be, with one field that should not be, or no JSON at all. */
function toBody(document: Document, schema: Schema): fc.Arbitrary<string> {
  const good = toValid(document, schema)
  const names = Object.keys(resolve(document, schema).properties ?? {})
  const fields = [...names, 'id', 'userId', 'version', 'deletedAt', '__proto__', 'constructor']
  const spoilt = fc
    .tuple(good, fc.constantFrom(...fields), fc.oneof(fc.jsonValue(), strings))
    .map(([body, name, value]) => ({ ...(body as object), [name]: value }))
  return fc.oneof(
    { arbitrary: good.map((body) => JSON.stringify(body)), weight: 6 },
    { arbitrary: spoilt.map((body) => JSON.stringify(body)), weight: 4 },
    { arbitrary: fc.jsonValue().map((body) => JSON.stringify(body)), weight: 1 },
    {
      arbitrary: fc.oneof(strings, fc.constantFrom('', '{', '[[[[', '{"a":1,"a":2}', '1e999')),
      weight: 1,
    },
  )
}

/** Any text, with what databases and parsers stumble over. */
const strings = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom(
    '',
    ' ',
    '\u0000',
    '\ud800',
    '\ufeff',
    "';--",
    '\\',
    '%',
    '_',
    'İ',
    '\u202e',
    'é',
  ),
  fc.string({ minLength: 400, maxLength: 600 }),
)

function toValid(document: Document, referring: Schema): fc.Arbitrary<unknown> {
  const schema = resolve(document, referring)
  const { type, minLength = 0, maxLength = 50, minimum = 0, maximum = 1_000_000 } = schema
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  if (Array.isArray(type)) {
    const [first] = type
    return mostly(toValid(document, { ...schema, type: first }), fc.constant(null))
  }
  if (schema.format === 'uuid') return fc.uuid()
  if (schema.format === 'date' || schema.format === 'date-time') {
    const length = schema.format === 'date' ? 10 : 24
    const years = { min: new Date(0), max: new Date('2200-01-01'), noInvalidDate: true }
    return fc.date(years).map((date) => date.toISOString().slice(0, length))
  }
  if (type === 'boolean') return fc.boolean()
  if (type === 'integer') return fc.integer({ min: minimum, max: maximum })
  if (schema.properties === undefined) {
    return fc.string({ unit: 'binary', minLength, maxLength: Math.min(maxLength, 600) })
  }
  const fields = Object.entries(schema.properties).map(([name, field]) => [
    name,
    toValid(document, field),
  ])
  const all: Record<string, fc.Arbitrary<unknown>> = Object.fromEntries(fields)
  return fc.record(all, { requiredKeys: [...(schema.required ?? [])] })
}

function resolve({ components }: Document, schema: Schema): Schema {
  const name = schema.$ref?.split('/').at(-1)
  return name === undefined ? schema : (components.schemas[name] ?? schema)
}

function mostly<A, B>(first: fc.Arbitrary<A>, second: fc.Arbitrary<B>): fc.Arbitrary<A | B> {
  return fc.oneof({ arbitrary: first, weight: 9 }, { arbitrary: second, weight: 1 })
}
