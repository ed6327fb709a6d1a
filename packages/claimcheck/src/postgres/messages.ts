/** The driver's own way to write messages and values, without its stream, so that all of them can be sent at once. */

/** The connection of `pg`, as far as it writes messages of the extended protocol. */
export interface Connection {
  readonly stream: { readonly writable?: boolean; write(bytes: Buffer): unknown }
  parse(message: { name: string; text: string; types: readonly [] }): void
  bind(message: BindMessage): void
  describe(message: { type: 'P' }): void
  execute(message: { portal?: string }): void
  close(message: { type: 'S'; name: string }): void
  sync(): void
}

interface BindMessage {
  readonly statement: string
  readonly values?: readonly unknown[]
  readonly valueMapper?: ToWritten | undefined
}

/** Turns a value of the caller into what the driver writes of it. */
type ToWritten = (value: unknown) => unknown

/** Told to write its messages; the driver's own query is. */
interface Submittable {
  submit(connection: object): unknown
}

type MakeQuery = new (text: string, values: readonly unknown[], callback: () => void) => Submittable

/** What the driver has that a group needs, the same for all its clients. */
export interface Driver {
  readonly toWritten: ToWritten | undefined
  /** The bytes of what `write` writes. */
  collect(write: (connection: Connection) => void): Buffer
}

const methods = ['parse', 'bind', 'describe', 'execute', 'close', 'sync'] as const

const drivers = new WeakMap<object, Driver | null>()

/** What the driver of a client has, or null where it is not built as `pg` is. */
export function readDriver(client: { readonly connection: object }): Driver | null {
  const prototype: unknown = Object.getPrototypeOf(client.connection)
  if (typeof prototype !== 'object' || prototype === null) return null
  let driver = drivers.get(prototype)
  if (driver === undefined) {
    driver = tryDriver(prototype, (client.constructor as { Query?: MakeQuery }).Query)
    drivers.set(prototype, driver)
  }
  return driver
}

function tryDriver(prototype: object, Query: MakeQuery | undefined): Driver | null {
  if (typeof Query !== 'function' || !methods.every((name) => name in prototype)) return null
  let written: Buffer[] = []
  const stream = {
    writable: true,
    write(bytes: Buffer) {
      written.push(bytes)
      return true
    },
  }
  // The methods are those of the driver, and write to this stream as they would to any.
  const collecting = Object.assign(Object.create(prototype), { stream }) as Connection

  function collect(write: (connection: Connection) => void): Buffer {
    written = []
    write(collecting)
    return written.length === 1 ? (written[0] as Buffer) : Buffer.concat(written)
  }

  if (collect((connection) => connection.sync()).length === 0) return null
  return { toWritten: readToWritten(Query), collect }
}

/** The driver tells nobody how it writes values, but shows it to the connection of a query. */
function readToWritten(Query: MakeQuery): ToWritten | undefined {
  let toWritten: ToWritten | undefined
  const connection = {
    parsedStatements: {},
    submittedNamedStatements: {},
    stream: {},
    parse: () => {},
    bind: ({ valueMapper }: BindMessage) => {
      toWritten = valueMapper
    },
    describe: () => {},
    execute: () => {},
    sync: () => {},
  }
  new Query('select $1', [''], () => {}).submit(connection)
  return toWritten
}
