/** What a request for a list asks for. Few lists are asked for, and often: each is read once. */
import type { HonoRequest } from 'hono'
import { ApiError } from '../errors.js'
import { toFieldErrors } from '../http/problem.js'
import { type ListQuery, listQuerySchema } from './schema.js'

/** Queries that are remembered, the oldest goes first; and the longest of them, in characters. */
const MOST_KNOWN = 500
const LONGEST_KNOWN = 200

const known = new Map<string, ListQuery>()

/** @throws ApiError `validation_failed` */
export function readListQuery(request: HonoRequest): ListQuery {
  const { url } = request
  const at = url.indexOf('?')
  const text = at < 0 ? '' : url.slice(at)
  return known.get(text) ?? parse(text, request)
}

function parse(text: string, request: HonoRequest): ListQuery {
  const result = listQuerySchema.safeParse(toMembers(request.queries()))
  if (!result.success) {
    throw new ApiError('validation_failed', { errors: toFieldErrors(result.error) })
  }
  const query = Object.freeze(result.data)
  // Where a page ended, and what somebody looks for, comes once.
  if (query.cursor === undefined && query.q === undefined && text.length <= LONGEST_KNOWN) {
    for (const oldest of known.keys()) {
      if (known.size < MOST_KNOWN) break
      known.delete(oldest)
    }
    known.set(text, query)
  }
  return query
}

/** As Hono's validator hands them on: what is named once is no list. */
function toMembers(queries: Readonly<Record<string, readonly string[]>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(queries).map(([name, values]) => [
      name,
      values.length === 1 ? values[0] : values,
    ]),
  )
}
