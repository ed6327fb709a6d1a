/**
 * How the app inside Next.js and the server around it tell each other that one has started and the
 * other is stopping.
 */

interface Lifecycle {
  readonly started: Promise<void>
  announce(): void
  readonly ends: Set<() => Promise<void>>
}

declare global {
  // Next.js loads a module once for each bundle it appears in, and the server around it loads it again, so what they share
  // has to live on the global object.
  var claimcheckLifecycle: Lifecycle | undefined
}

/** Says that requests can be answered now. */
export function announceStart(): void {
  getLifecycle().announce()
}

/** Waits until requests can be answered. */
export function untilStarted(): Promise<void> {
  return getLifecycle().started
}

/** Has `end` called, and waited for, before the process ends. */
export function onShutdown(end: () => Promise<void>): void {
  getLifecycle().ends.add(end)
}

/** Ends everything that has to be ended. */
export async function shutDown(): Promise<void> {
  const { ends } = getLifecycle()
  await Promise.allSettled([...ends].map((end) => end()))
  ends.clear()
}

function getLifecycle(): Lifecycle {
  globalThis.claimcheckLifecycle ??= createLifecycle()
  return globalThis.claimcheckLifecycle
}

function createLifecycle(): Lifecycle {
  let announce: () => void = () => undefined
  const started = new Promise<void>((resolve) => {
    announce = resolve
  })
  return { started, announce: () => announce(), ends: new Set() }
}
