/** Whether this process serves developers or the public. */

/**
 * True where `NODE_ENV` can be read and is not `production`. Where there is no such thing, as in a page without a
 * bundler or on a platform at the edge, it counts as production: silence is the safe side.
 */
export function isDevelopment(): boolean {
  try {
    // biome-ignore lint/style/noProcessEnv: word for word, because bundlers put the value in its place
    return process.env.NODE_ENV !== 'production'
  } catch {
    return false
  }
}
