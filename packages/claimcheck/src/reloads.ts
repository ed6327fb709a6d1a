/**
 * What outlives the reloads of `next dev`, which evaluates a module anew at each change and never ends the one
 * before.
 */

/** Shared by every copy of this library in the process. */
const place = Symbol.for('claimcheck.reloads')

/**
 * Creates a thing, or finds the one that a former evaluation created from the same options. Only in `next dev`, and
 * only
 * where the options hold nothing but data: a function may close over what has changed.
 *
 * @param create is handed what to call when the thing is of no more use
 */
export function createOncePerProcess<T>(options: object, create: (forget: () => void) => T): T {
  if (!isReloading() || holdsFunction(options)) return create(() => {})
  const holder = globalThis as { [place]?: Map<string, T> }
  holder[place] ??= new Map()
  const created = holder[place]
  const key = JSON.stringify(options)
  const found = created.get(key) ?? create(() => created.delete(key))
  created.set(key, found)
  return found
}

function isReloading(): boolean {
  try {
    // biome-ignore lint/style/noProcessEnv: word for word, because bundlers put the values in their place
    return process.env.NODE_ENV === 'development' && process.env.NEXT_RUNTIME === 'nodejs'
  } catch {
    return false
  }
}

function holdsFunction(value: unknown): boolean {
  if (typeof value === 'function') return true
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsFunction)
}
