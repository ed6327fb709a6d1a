/**
 * How often a password may be guessed at sign-in. Others who guess must not lock the owner out, so a
 * device that signed in to the account before has a count of its own, which it proves by a cookie.
 */
import { createHash, randomBytes } from 'node:crypto'
import { APIError, createAuthMiddleware } from 'better-auth/api'
import { getAddressHeader, toNetworks } from '../client-address.js'
import type { Limiter } from '../limits/limiter.js'
import { failureLimits, type Limit } from '../limits/limits.js'
import { assertAllowed } from './request-limits.js'
import { type AfterRule, type BeforeRule, isOneOf, readEmail } from './rule.js'

type Context = Parameters<Parameters<typeof createAuthMiddleware>[0]>[0]

interface Count {
  readonly key: string
  readonly limit: Limit
  /** Whether a good password says that the earlier ones were the owner's as well. */
  readonly isOwners: boolean
}

/** Seconds; about how long somebody remembers that a device is theirs. */
const DEVICE_AGE = 180 * 86_400

/** Counts every attempt before the password is looked at, so that many at the same time are no way around it. */
export function limitFailedSignIns(limiter: Limiter): BeforeRule {
  return {
    matcher: isOneOf('/sign-in/email'),
    handler: createAuthMiddleware(async (ctx) => {
      const email = readEmail(ctx.body)
      if (!ctx.request || !email) return
      for (const { key, limit } of await listCounts(ctx, email)) {
        assertAllowed(await limiter.consume(key, limit), limit)
      }
    }),
  }
}

/** What was no wrong password is taken back. */
export function forgetGoodSignIns(limiter: Limiter): AfterRule {
  return {
    matcher: isOneOf('/sign-in/email'),
    handler: createAuthMiddleware(async (ctx) => {
      const email = readEmail(ctx.body)
      const { returned, newSession } = ctx.context
      const isWrong = returned instanceof APIError && returned.statusCode === 401
      if (!ctx.request || !email || isWrong) return
      for (const { key, limit, isOwners } of await listCounts(ctx, email)) {
        await (newSession && isOwners ? limiter.clear(key, limit) : limiter.refund(key, limit))
      }
    }),
  }
}

/** Says for next time that this device signed in to this account. */
export const rememberDevice: AfterRule = {
  matcher: isOneOf('/sign-in/email', '/sign-up/email'),
  handler: createAuthMiddleware(async (ctx) => {
    const email = readEmail(ctx.body)
    if (!ctx.request || !email || !ctx.context.newSession || (await readDevice(ctx, email))) return
    const { name, attributes } = toCookie(ctx, email)
    const value = `${digest(email)}.${randomBytes(12).toString('base64url')}`
    await ctx.setSignedCookie(name, value, ctx.context.secret, {
      ...attributes,
      maxAge: DEVICE_AGE,
    })
  }),
}

async function listCounts(ctx: Context, email: string): Promise<Count[]> {
  const device = await readDevice(ctx, email)
  const { knownDevice, emailAndAddress, email: anywhere } = failureLimits
  if (device) return [{ key: `sign-in ${device}`, limit: knownDevice, isOwners: true }]
  const address = ctx.headers?.get(getAddressHeader())
  const network = address && toNetworks(address)[0]
  return [
    ...(network
      ? [{ key: `sign-in ${network} ${email}`, limit: emailAndAddress, isOwners: true }]
      : []),
    { key: `sign-in ${email}`, limit: anywhere, isOwners: false },
  ]
}

/** The device, if it signed in to the account of this address before. */
async function readDevice(ctx: Context, email: string): Promise<string | null> {
  const value = await ctx.getSignedCookie(toCookie(ctx, email).name, ctx.context.secret)
  return typeof value === 'string' && value.startsWith(`${digest(email)}.`) ? value : null
}

/** One for each account, since people share devices. */
function toCookie(ctx: Context, email: string) {
  return ctx.context.createAuthCookie(`device_${digest(email).slice(0, 12)}`)
}

function digest(email: string): string {
  return createHash('sha256').update(`known device ${email}`).digest('base64url')
}
