/**
 * How the app inside Next.js and the server around it tell each other that one has started and the
 * other is stopping.
 */

/** What has to end before the process does. */
export interface Ending {
  /** Answers what is held open, so that the server runs out of requests. */
  release(): Promise<void>
  /** Closes what requests need, once there are none. */
  close(): Promise<void>
}

interface Lifecycle {
  readonly started: Promise<void>
  announce(): void
  readonly endings: Set<Ending>
}

declare global {
  // Next.js loads a module once for each bundle it appears in, and the server around it loads it
  // again, so what they share has to live on the global object.
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

/** Has something ended, in two steps, before the process does. */
export function onShutdown(ending: Ending): void {
  getLifecycle().endings.add(ending)
}

/**
 * Ends everything that has to be ended.
 *
 * @param answered Resolves when no request is under way any more.
 */
export async function shutDown(answered: Promise<void> = Promise.resolve()): Promise<void> {
  const { endings } = getLifecycle()
  const present = [...endings]
  endings.clear()
  await Promise.allSettled(present.map((ending) => ending.release()))
  await answered
  await Promise.allSettled(present.map((ending) => ending.close()))
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
  return { started, announce: () => announce(), endings: new Set() }
}
