/** What a statement of the caller gave, read as the driver would read it. */

/** A client that knows how values of a type are read. */
export interface TypeReader {
  getTypeParser(oid: number, format: 'text'): (text: string) => unknown
}

/** What Postgres says before the first row. */
export interface RowDescription {
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[]
}

/** What the rows of a statement look like: the same each time for one that stays prepared. */
export interface RowShape extends RowDescription {
  /** A row without values. */
  readonly empty: Readonly<Record<string, unknown>>
}

/** What the driver gives for one statement. */
export interface StatementAnswer {
  command: string | null
  rowCount: number | null
  oid: number | null
  readonly rows: unknown[]
  fields: RowDescription['fields']
}

/** Reads the answer to one statement, message by message. */
export interface AnswerReader {
  readonly answer: StatementAnswer
  expect(shape: RowShape): void
  /** @throws whatever the parser of a type throws */
  addRow(values: readonly (string | null)[]): void
  complete(tag: string): void
}

/** Of a tag such as `INSERT 0 1` or `SELECT 20`: the command, an id that nothing has any more, the count. */
const tagPattern = /^([A-Za-z]+)(?: (\d+))?(?: (\d+))?/

export function toRowShape({ fields }: RowDescription): RowShape {
  // Without a prototype, so that a column may be called `__proto__`; then copied, which makes reading it fast.
  const empty: Record<string, unknown> = Object.create(null)
  for (const { name } of fields) empty[name] = null
  return { fields, empty: { ...empty } }
}

export function createAnswerReader(types: TypeReader): AnswerReader {
  const answer: StatementAnswer = {
    command: null,
    rowCount: null,
    oid: null,
    rows: [],
    fields: [],
  }
  let { fields } = answer
  let empty: RowShape['empty'] = {}
  let parsers: ((text: string) => unknown)[] = []

  return {
    answer,
    expect(shape) {
      ;({ fields, empty } = shape)
      answer.fields = [...fields]
      parsers = fields.map(({ dataTypeID }) => types.getTypeParser(dataTypeID, 'text'))
    },
    addRow(values) {
      const row: Record<string, unknown> = { ...empty }
      for (let index = 0; index < fields.length; index += 1) {
        const value = values[index]
        if (value == null) continue
        // There is a name and a parser for each value.
        row[(fields[index] as { name: string }).name] = parsers[index]?.(value)
      }
      answer.rows.push(row)
    },
    complete(tag) {
      const [, command, first, second] = tagPattern.exec(tag) ?? []
      if (command === undefined) return
      answer.command = command
      if (second !== undefined) answer.oid = Number(first)
      const count = second ?? first
      if (count !== undefined) answer.rowCount = Number(count)
    },
  }
}
