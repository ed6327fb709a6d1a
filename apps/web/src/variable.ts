/**
 * A schema for each kind of value the environment holds; every refusal names the variable and the
 * way out, and repeats no secret.
 */
import ipaddr from 'ipaddr.js'
import { z } from 'zod'

/** One newest-first secret of BETTER_AUTH_SECRETS. */
export interface SecretEntry {
  readonly version: number
  readonly value: string
}

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }
const SECRET_LENGTH = 32
const makeSecret = 'Make one with: openssl rand -base64 32'

/** An http or https origin; a trailing slash is dropped, a path is refused. */
export function origin(name: string) {
  return z.string().transform((value, context) => {
    const url = URL.canParse(value) ? new URL(value) : null
    if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) {
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

/** True for `on`, false for `off`, which is the default. */
export function toggle(name: string, { on = '1', off = '0' } = {}) {
  return z
    .enum([on, off], { error: `${name} can only be ${on} or ${off}, or be left out.` })
    .default(off)
    .transform((value) => value === on)
}

/** A whole number in plain digits. */
export function wholeNumber(name: string, least: number, most: number) {
  return z
    .string()
    .refine((value) => /^\d{1,9}$/.test(value) && Number(value) >= least && Number(value) <= most, {
      error: `${name} must be a number from ${least} to ${most}.`,
    })
    .transform(Number)
}

/** A name that both sides must be given alike. */
export function sharedName(name: string) {
  return z.string().regex(/^[!-~]{1,255}$/, {
    error: `${name} must have 1 to 255 visible ASCII characters, the same for the web app and the API.`,
  })
}

/** A time such as `15m`, in seconds. */
export function span(name: string, least: string, most: string) {
  const sentence = `${name} must be a time such as 15m, 12h or 30d, at least ${least} and at most ${most}.`
  return z
    .string()
    .transform(toSeconds)
    .refine((seconds) => seconds >= toSeconds(least) && seconds <= toSeconds(most), {
      error: sentence,
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

export function smtpUrl(name: string) {
  return z.string().refine((value) => hasProtocol(value, /^smtps?:$/), {
    error: `${name} must be an address that starts with smtp:// or smtps://.`,
  })
}

/** Addresses and ranges of proxies, separated by commas. */
export function proxies(name: string) {
  const sentence = `${name} must list IP addresses or ranges such as 10.0.0.0/8, separated by commas; loopback stands for this machine.`
  return z
    .string()
    .transform((value) => value.split(',').map((text) => text.trim()))
    .refine((list) => list.every(isProxy), { error: sentence })
}

/** One secret. */
export function secret(name: string) {
  return z.string().transform((value, context) => {
    if (value === '') return refuse(context, `${name} is missing. ${makeSecret}`)
    if (value.length >= SECRET_LENGTH) return value
    return refuse(context, `${name} must have at least ${SECRET_LENGTH} characters. ${makeSecret}`)
  })
}

/** Secrets as `2:newest,1:older`: the first one encrypts, the others only decrypt. */
export function secrets(name: string) {
  return z.string().transform((value, context): SecretEntry[] => {
    const entries = value.split(',').map(toSecretEntry)
    const good = entries.filter((entry) => entry !== null)
    if (good.length < entries.length) {
      return refuse(
        context,
        `${name} must look like 2:newest,1:older, each secret with at least ${SECRET_LENGTH} characters. ${makeSecret}`,
      )
    }
    if (new Set(good.map(({ version }) => version)).size === good.length) return good
    return refuse(context, `${name} must give each version once.`)
  })
}

/** Whether a host name means this machine: `localhost`, 127.0.0.0/8 or `::1`. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[|\]$/g, '')
  return /^(.+\.)?localhost$|^127(\.\d{1,3}){3}$|^::1$/.test(name)
}

function hasProtocol(value: string, protocol: RegExp): boolean {
  return /^\w+:\/\//.test(value) && URL.canParse(value) && protocol.test(new URL(value).protocol)
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

function toSecretEntry(entry: string): SecretEntry | null {
  const match = /^\s*(\d{1,9}):(\S+)\s*$/.exec(entry)
  const value = match?.[2] ?? ''
  return match && value.length >= SECRET_LENGTH ? { version: Number(match[1]), value } : null
}

function toSeconds(text: string): number {
  const match = /^(\d{1,9})([smhd])$/.exec(text)
  return match ? Number(match[1]) * (unitSeconds[match[2] ?? ''] ?? Number.NaN) : Number.NaN
}

function refuse(context: z.core.$RefinementCtx, message: string): never {
  context.issues.push({ code: 'custom', message, input: context.value })
  return z.NEVER
}
