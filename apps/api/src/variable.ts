/**
 * A schema for each kind of value the environment holds; every refusal names the variable and the way out, and
 * repeats no secret.
 */
import ipaddr from 'ipaddr.js'
import { z } from 'zod'

/** An http or https origin; a trailing slash is dropped, a path is refused. */
export function origin(name: string) {
  return z.string().transform((value, context) => {
    const url = toHttpUrl(value)
    if (url === undefined) {
      return refuse(
        context,
        `${name} must be an http or https address such as https://app.example.com.`,
      )
    }
    if (url.pathname !== '/' || url.search || url.hash) {
      return refuse(context, `${name} must be an address without a path, such as ${url.origin}.`)
    }
    return url.origin
  })
}

/** Origins, separated by commas. */
export function origins(name: string) {
  const notAny = `${name} must list the origins that may call this API, such as https://app.example.com; * is not one.`
  return list(
    z
      .string()
      .refine((part) => part !== '*', { error: notAny, abort: true })
      .pipe(origin(name)),
  )
}

/**
 * The address of something the issuer publishes, or one of `words`. Whether plain http will do is for another
 * variable to say.
 */
export function issuerUrl(name: string, ...words: string[]) {
  return z.string().transform((value, context) => {
    if (words.includes(value)) return value
    const url = toHttpUrl(value)
    if (url !== undefined) return url.href
    return refuse(
      context,
      `${name} must be an http or https address such as https://app.example.com/api/auth/jwks.`,
    )
  })
}

interface ToggleOptions {
  on?: string
  off?: string
  /** What holds when the variable is not set. Default: `off`. */
  byDefault?: string
}

/** True for `on`, false for `off`. */
export function toggle(name: string, options: ToggleOptions = {}) {
  const { on = '1', off = '0', byDefault = off } = options
  return z
    .enum([on, off], { error: `${name} can only be ${on} or ${off}, or be left out.` })
    .default(byDefault)
    .transform((value) => value === on)
}

/** A whole number in plain digits. */
export function wholeNumber(name: string, least: number, most: number) {
  return z
    .string()
    .refine(
      (value) => /^\d{1,10}$/.test(value) && Number(value) >= least && Number(value) <= most,
      {
        error: `${name} must be a number from ${least} to ${most}.`,
      },
    )
    .transform(Number)
}

/** A name that both sides must be given alike. */
export function sharedName(name: string) {
  return z.string().regex(/^[!-~]{1,255}$/, {
    error: `${name} must have 1 to 255 visible ASCII characters, the same for the web app and the API.`,
  })
}

/** A Postgres address; `missing` is the refusal of none. */
export function postgresUrl(name: string, missing?: string) {
  return z.string().transform((value, context) => {
    if (value === '' && missing !== undefined) return refuse(context, missing)
    if (hasProtocol(value, /^postgres(ql)?:$/)) return value
    return refuse(context, `${name} must be a Postgres address that starts with postgres://.`)
  })
}

export function redisUrl(name: string) {
  return z.string().refine((value) => hasProtocol(value, /^rediss?:$/), {
    error: `${name} must be an address that starts with redis:// or rediss://.`,
  })
}

/** The algorithms tokens may be signed with; both while an issuer changes over. */
export function algorithms(name: string) {
  const sentence = `${name} must be EdDSA, RS256, or both as EdDSA,RS256.`
  return list(z.enum(['EdDSA', 'RS256'], { error: sentence })).refine(
    (names) => new Set(names).size === names.length,
    { error: sentence },
  )
}

/** Addresses and ranges of proxies, separated by commas. */
export function proxies(name: string) {
  const sentence = `${name} must list IP addresses or ranges such as 10.0.0.0/8, separated by commas; loopback stands for this machine.`
  return list(z.string().refine(isProxy, { error: sentence }))
}

/** Whether a host name means this machine: `localhost`, 127.0.0.0/8 or `::1`. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[|\]$/g, '')
  return /^(.+\.)?localhost$|^127(\.\d{1,3}){3}$|^::1$/.test(name)
}

function list<Schema extends z.ZodType<unknown, string>>(part: Schema) {
  return z
    .string()
    .transform((value) => value.split(',').map((text) => text.trim()))
    .pipe(z.array(part))
}

function hasProtocol(value: string, protocol: RegExp): boolean {
  return /^\w+:\/\//.test(value) && URL.canParse(value) && protocol.test(new URL(value).protocol)
}

function toHttpUrl(value: string): URL | undefined {
  if (!URL.canParse(value)) return undefined
  const url = new URL(value)
  return /^https?:$/.test(url.protocol) && !url.username && !url.password ? url : undefined
}

function isProxy(text: string): boolean {
  const { IPv4, IPv6 } = ipaddr
  return (
    text === 'loopback' ||
    IPv4.isValidFourPartDecimal(text) ||
    IPv4.isValidCIDRFourPartDecimal(text) ||
    IPv6.isValid(text) ||
    IPv6.isValidCIDR(text)
  )
}

function refuse(context: z.core.$RefinementCtx, message: string): never {
  context.issues.push({ code: 'custom', message, input: context.value })
  return z.NEVER
}
