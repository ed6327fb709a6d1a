/** What Prometheus is told. */
import { describe, expect, it, onTestFinished } from 'vitest'
import { createMetricsApp } from '../src/http/metrics.js'
import { createTestApi, unreachable } from './_client.js'
import { startApi } from './_process.js'

async function openApi() {
  const api = await createTestApi(unreachable)
  onTestFinished(() => api.close())
  const read = async () => (await api.app.request('/metrics')).text()
  return { api, read }
}

describe('/metrics', () => {
  it('tells requests by route, status and code, tokens by outcome, and the state of pool and load', async () => {
    const { api, read } = await openApi()
    const ada = await api.signIn('ada')
    for (let request = 0; request < 3; request += 1) await ada.call('GET', '/api/me')
    await ada.call('GET', '/api/bob-the-private/tasks')
    await api.app.request('/api/me')
    await api.app.request('/nowhere-that-is-known')
    await api.app.request('/livez', { method: 'PROPFIND' })
    const text = await read()
    for (const line of [
      'claimcheck_api_requests_total{route="/api/me",method="GET",status="200",code=""} 3',
      'claimcheck_api_requests_total{route="/api/me",method="GET",status="401",code="token_missing"} 1',
      'claimcheck_api_requests_total{route="/api/:user_id/tasks",method="GET",status="403",code="not_owner"} 1',
      'claimcheck_api_requests_total{route="none",method="GET",status="404",code="not_found"} 1',
      'claimcheck_api_request_seconds_count{route="/api/me"} 4',
      'claimcheck_tokens_total{outcome="accepted"} 4',
      'claimcheck_tokens_total{outcome="token_missing"} 1',
      'claimcheck_checks_total{signature="computed"} 1',
      'claimcheck_checks_total{signature="remembered"} 3',
      'claimcheck_remembered_signatures 1',
      'claimcheck_requests_total{issuer="0",document="keys"} 1',
      'claimcheck_api_pool_connections{state="busy"} 2',
      'claimcheck_api_pool_connections{state="waiting"} 7',
      'claimcheck_api_turned_away_ratio 0.25',
    ]) {
      expect(text.split('\n')).toContain(line)
    }
    expect(text).toMatch(/^claimcheck_keys_age_seconds\{issuer="0"\} [\d.]+$/m)
    expect(text).toContain('nodejs_eventloop_lag_p99_seconds')
    expect(text).not.toMatch(/private|nowhere-that|PROPFIND|ada/)
  })

  it('answers alone on a port of its own', async () => {
    const app = createMetricsApp({ observe: () => {}, handler: (c) => c.text('metrics') })
    expect((await app.request('/metrics')).status).toBe(200)
    expect((await app.request('/api/me')).status).toBe(404)
  })
  it.each([
    ['on its own port', {}, 200, null],
    ['on the port of METRICS_PORT alone', { METRICS_PORT: '0' }, 404, 200],
    ['nowhere with METRICS=off', { METRICS: 'off', METRICS_PORT: '0' }, 404, null],
  ] as const)('is answered by the process %s', { timeout: 60_000 }, async (_, env, own, other) => {
    const { url, lines, child, ended } = await startApi({
      ...env,
      DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing',
      REVOCATIONS_URL: 'off',
      PORT: '0',
    })
    const { metrics } = lines.find(({ msg }) => msg === 'listening') ?? {}
    const readStatus = async (from: unknown) => (await fetch(`${from}/metrics`)).status
    expect(await readStatus(url)).toBe(own)
    expect(metrics ? await readStatus(metrics) : null).toBe(other)
    child.kill('SIGKILL')
    await ended
  })
})
