/** An end to waiting for what may never come. */

/** What was waited for did not come in time. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError'
}

/**
 * Gives what the promise gives, if that is soon enough.
 *
 * @param most Milliseconds.
 * @throws DeadlineError when it is not; what it gives later is not looked at.
 */
export async function inTime<Value>(promise: Promise<Value>, most: number): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const end = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DeadlineError(`No answer within ${most} ms.`)), most)
  })
  try {
    return await Promise.race([promise, end])
  } finally {
    clearTimeout(timer)
  }
}
