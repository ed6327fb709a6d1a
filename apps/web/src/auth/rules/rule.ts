/** What the rules of this app around Better Auth's endpoints have in common. */
import type { BetterAuthPlugin } from 'better-auth'

type Hooks = NonNullable<BetterAuthPlugin['hooks']>

/** Runs before an endpoint, and may refuse. */
export type BeforeRule = NonNullable<Hooks['before']>[number]

/** Runs after an endpoint, whatever it answered. */
export type AfterRule = NonNullable<Hooks['after']>[number]

/** Whether an endpoint is one of these; the server's own calls have the same paths. */
export function isOneOf(...paths: readonly string[]): BeforeRule['matcher'] {
  const set: ReadonlySet<string | undefined> = new Set(paths)
  return ({ path }) => set.has(path)
}

/** The e-mail address of the body, written the one way; null where there is none. */
export function readEmail(body: unknown): string | null {
  return readText(body, 'email')?.trim().toLowerCase() ?? null
}

/** A text of the body that is not empty; null otherwise. */
export function readText(body: unknown, name: string): string | null {
  if (typeof body !== 'object' || body === null) return null
  const value: unknown = Reflect.get(body, name)
  return typeof value === 'string' && value ? value : null
}
