/** Which kind of platform this is: where the core does one thing there and another here. */

/**
 * True where timers and connections end with the request that made them (Cloudflare Workers and what runs like them),
 * so
 * that nothing can be done in the background, and no request may wait for another's promise.
 */
export function isBoundToRequests(): boolean {
  return globalThis.navigator?.userAgent === 'Cloudflare-Workers' || isEdgeRuntime()
}

/** The edge runtime of Next.js and Vercel, which names itself by a global. */
export function isEdgeRuntime(): boolean {
  return 'EdgeRuntime' in globalThis
}
