/** Hono's router with a short memory: a request is looked up before it is let in, and once more by Hono itself. */
import type { Result, Router } from 'hono/router'
import { TrieRouter } from 'hono/router/trie-router'

/** Paths without parameters are looked up once for each method; of all others, the last answer is remembered. */
export function createRouter<Handler>(): Router<Handler> {
  const trie = new TrieRouter<Handler>()
  const fixed = new Map<string, Map<string, Result<Handler>>>()
  let lastMethod = ''
  let lastPath = ''
  let last: Result<Handler> = [[]]

  function match(method: string, path: string): Result<Handler> {
    const known = fixed.get(path)
    const found = known?.get(method)
    if (found !== undefined) return found
    if (path === lastPath && method === lastMethod) return last
    last = trie.match(method, path)
    lastMethod = method
    lastPath = path
    // A client can make up methods, and none of those has a handler.
    if (last[0].length > 0) known?.set(method, last)
    return last
  }

  return {
    name: 'TrieRouter with a memory',
    add(method, path, handler) {
      trie.add(method, path, handler)
      lastPath = ''
      for (const known of fixed.values()) known.clear()
      if (!/[:*]/.test(path)) fixed.set(path, fixed.get(path) ?? new Map())
    },
    match,
  }
}
