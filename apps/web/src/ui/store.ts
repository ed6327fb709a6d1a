/**
 * One value that components can watch: what every part of a page that keeps something outside of React is built on.
 */

export interface Store<Value> {
  get(): Value
  /** Tells whoever watches, unless it is the value already. */
  set(value: Value): void
  /** Gives back how to stop. */
  subscribe(listener: () => void): () => void
}

export function createStore<Value>(initial: Value): Store<Value> {
  let value = initial
  const listeners = new Set<() => void>()
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return
      value = next
      for (const listener of listeners) listener()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
