/** The ways in which the key set endpoint of a test issuer can fail. */

/** `flap` fails every other time; the rest fail every time. */
export type Misbehaviour =
  | 'refuse'
  | 'hang'
  | '500'
  | 'huge'
  | 'garbage'
  | 'empty'
  | 'redirect'
  | 'flap'

type Answer = (signal: AbortSignal | null) => Response | Promise<Response>

export const misbehaviours: Readonly<Record<Misbehaviour, Answer>> = {
  refuse: () => Promise.reject(new TypeError('fetch failed')),
  hang: (signal) =>
    new Promise((_, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
    }),
  '500': () => new Response('Internal error', { status: 500 }),
  huge: () => new Response(`{"keys":[${' '.repeat(1_000_000)}]}`),
  garbage: () => new Response('<!doctype html><title>Not a key set</title>'),
  empty: () => Response.json({ keys: [] }),
  redirect: () =>
    new Response(null, { status: 302, headers: { Location: 'https://elsewhere.test/jwks' } }),
  flap: () => new Response('Internal error', { status: 503 }),
}
