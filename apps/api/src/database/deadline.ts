/** Ends the wait for a database that hangs: a request is answered, whatever becomes of its transaction. */
import { ApiError } from '../errors.js'

/** Milliseconds that a request waits for the database in all; statements and connections have limits of their own. */
const DEADLINE_MS = 2800

/** @throws ApiError `database_unavailable` when `work` takes longer, and whatever `work` throws. */
export async function withDeadline<Result>(work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ApiError('database_unavailable')), DEADLINE_MS)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
