/** Says in development, once for each, which origin was not sent the token because it is not listed. */

export function createUnlistedWarning(origins: readonly string[]): (origin: string) => void {
  const told = new Set<string>()
  return (origin) => {
    if (told.has(origin)) return
    told.add(origin)
    // biome-ignore lint/suspicious/noConsole: the one place where the client speaks
    console.warn(
      `claimcheck: ${origin} is called without the token, because origins has only ${origins.join(', ')}.`,
    )
  }
}
