// What has to be ended before the process does.

declare global {
  // Next.js loads a module once for each bundle it appears in, and the server around it loads it again, so what they share
  // has to live on the global object.
  var claimcheckShutdown: Set<() => Promise<void>> | undefined
}

/** Has `end` called, and waited for, once the process is told to stop. */
export function onShutdown(end: () => Promise<void>): void {
  globalThis.claimcheckShutdown ??= new Set()
  globalThis.claimcheckShutdown.add(end)
}

export async function shutDown(): Promise<void> {
  const ends = [...(globalThis.claimcheckShutdown ?? [])]
  globalThis.claimcheckShutdown = undefined
  await Promise.allSettled(ends.map((end) => end()))
}
