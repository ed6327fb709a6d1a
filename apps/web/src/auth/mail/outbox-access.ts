/** Who may look into the outbox: a trial's own machine, under its own name. */
import type { Env } from '../../env.js'
import { isLoopback } from '../../variable.js'

/**
 * @param host The Host header. A page of a stranger can make its own name point to this machine
 * (DNS rebinding), but the browser then still sends that name.
 */
export function maySeeOutbox(env: Env, host: string | null): boolean {
  if (!env.public.trial || host === null || !URL.canParse(`http://${host}`)) return false
  return isLoopback(new URL(`http://${host}`).hostname)
}
