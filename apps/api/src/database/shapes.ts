/**
 * Queries that are built once for each shape: building one costs more than running it. What differs from request to
 * request stands in slots, which are filled when the query is run.
 */
import type { Compilable, Kysely } from 'kysely'

/** Puts a slot into a query where a value of this type belongs. */
export type Slot = <Value>(name: string) => Value

/** Builds the query of one shape. */
export type BuildQuery<Schema, Row> = (db: Kysely<Schema>, slot: Slot) => Compilable<Row>

/** A query that can be run. */
export interface FilledQuery {
  readonly text: string
  readonly values: readonly unknown[]
}

export interface Shapes<Schema> {
  /** The query of the shape, built if it is the first, with its slots filled. */
  fill<Row>(
    shape: string,
    values: Readonly<Record<string, unknown>>,
    build: BuildQuery<Schema, Row>,
  ): FilledQuery
}

/** Shapes that are remembered; the oldest goes first. */
const MOST_SHAPES = 500

const slotName = Symbol('slot')

/** Remembers shapes; `db` only builds queries. */
export function createShapes<Schema>(db: Kysely<Schema>): Shapes<Schema> {
  const known = new Map<string, FilledQuery>()

  function compile(shape: string, build: BuildQuery<Schema, unknown>): FilledQuery {
    // The builder carries a value to the parameters, and looks at none.
    const slot: Slot = <Value>(name: string) => ({ [slotName]: name }) as Value
    const { sql, parameters } = build(db, slot).compile()
    const query = { text: sql, values: parameters }
    for (const oldest of known.keys()) {
      if (known.size < MOST_SHAPES) break
      known.delete(oldest)
    }
    known.set(shape, query)
    return query
  }

  return {
    fill(shape, values, build) {
      const { text, values: places } = known.get(shape) ?? compile(shape, build)
      return { text, values: places.map((place) => fillPlace(place, values)) }
    },
  }
}

function fillPlace(place: unknown, values: Readonly<Record<string, unknown>>): unknown {
  if (typeof place !== 'object' || place === null || !(slotName in place)) return place
  return values[String(place[slotName])]
}
