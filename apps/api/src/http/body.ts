/** Reads a body that may still turn out too long, or no text at all. */
import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { ApiError } from '../errors.js'

/** The largest body, in bytes. */
export const LARGEST_BODY = 128 * 1024

/** Refuses more than {@link LARGEST_BODY}, whether the length was announced or not. */
export const limitBody: MiddlewareHandler = bodyLimit({
  maxSize: LARGEST_BODY,
  onError: () => {
    throw new ApiError('body_too_large')
  },
})

/** Refuses bytes that are not UTF-8, which JSON is written in (RFC 8259 §8.1): decoding would change them silently. */
export const readUtf8: MiddlewareHandler = async function readUtf8(c, next) {
  const bytes = await c.req.arrayBuffer()
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new ApiError('request_malformed', { cause })
  }
  await next()
}
