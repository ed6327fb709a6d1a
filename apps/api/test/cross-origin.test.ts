/** Pages of other origins: exact matches only, no credentials, and enough exposed to act on a refusal. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApi, type TestApi, unreachable } from './_client.js'

const own = 'https://app.test'
const other = 'https://admin.test:8443'

describe('cross-origin requests', () => {
  let api: TestApi
  beforeAll(async () => {
    api = await createTestApi(unreachable, { corsOrigins: [own, other] })
  })
  afterAll(() => api.close())

  function preflight(origin: string, path = '/api/me/tasks'): Response | Promise<Response> {
    return api.app.request(path, {
      method: 'OPTIONS',
      headers: {
        Origin: origin,
        'Access-Control-Request-Method': 'PATCH',
        'Access-Control-Request-Headers': 'authorization,content-type,if-match',
      },
    })
  }

  it.each([own, other])('are allowed from %s, and the preflight is remembered', async (origin) => {
    const response = await preflight(origin)
    expect(response.status).toBe(204)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET,HEAD,POST,PATCH,DELETE',
      'access-control-allow-headers':
        'Authorization,Content-Type,If-Match,X-Request-Id,traceparent',
      'access-control-max-age': '600',
      vary: expect.stringContaining('Origin'),
    })
  })

  it('are preflighted without a token, also for paths that do not exist', async () => {
    for (const path of ['/api/bob/tasks', '/api/nowhere', '/readyz']) {
      expect((await preflight(own, path)).status).toBe(204)
    }
  })

  it.each([
    'https://app.test.evil.test',
    'http://app.test',
    'https://app.test:444',
    'https://APP.test',
    'https://sub.app.test',
    'null',
    '*',
    '',
  ])('are not allowed from %j', async (origin) => {
    const ada = await api.signIn('ada')
    for (const response of [
      await preflight(origin),
      await ada.call('GET', '/api/me', undefined, { Origin: origin }),
    ]) {
      expect(response.headers.get('Access-Control-Allow-Origin')).toBeNull()
    }
  })

  it('never carry credentials', async () => {
    for (const response of [await preflight(own), await api.app.request('/api/me')]) {
      expect(response.headers.get('Access-Control-Allow-Credentials')).toBeNull()
    }
  })

  it('can read the challenge, the tag, the request id, what is left to ask and when to try again, also of a refusal', async () => {
    const response = await api.app.request('/api/me', { headers: { Origin: own } })
    expect(response.status).toBe(401)
    expect(response.headers.get('Access-Control-Allow-Origin')).toBe(own)
    expect(response.headers.get('Access-Control-Expose-Headers')?.split(',')).toEqual([
      'WWW-Authenticate',
      'Retry-After',
      'ETag',
      'X-Request-Id',
      'RateLimit',
    ])
    expect(response.headers.get('Vary')).toContain('Origin')
  })
})

describe('security headers', () => {
  it('are on every answer', async () => {
    const api = await createTestApi(unreachable)
    const ada = await api.signIn('ada')
    for (const response of [
      await ada.call('GET', '/api/me'),
      await ada.call('GET', '/nowhere'),
      await api.app.request('/api/me'),
      await api.app.request('/livez'),
    ]) {
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'strict-transport-security': 'max-age=31536000',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
      })
      expect(response.headers.get('X-Powered-By')).toBeNull()
    }
    api.close()
  })
})
