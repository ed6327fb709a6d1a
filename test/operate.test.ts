/** The alerts and the dashboard of docs/operate ask for what the apps tell, and fire on what they are for. */
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createVerifier } from 'claimcheck'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  createMetrics as createApiMetrics,
  createMetricsApp,
} from '../apps/api/src/http/metrics.js'
import { createMetrics as createWebMetrics } from '../apps/web/src/http/metrics.js'
import { createMetricsServer } from '../apps/web/src/http/metrics-server.js'
import { root } from './_imports.js'

const folder = join(root, 'docs/operate')
const promtool = spawnSync('promtool', ['--version']).status === 0
if (!promtool) console.log('Not tested: the alerts, because there is no promtool.')

async function readApi(): Promise<string> {
  const issuer = 'https://issuer.example.com'
  const verifier = createVerifier({ issuer, audience: 'tasks', revocations: 'off' })
  onTestFinished(() => verifier.close())
  const pool = { totalCount: 0, idleCount: 0, waitingCount: 0 }
  const metrics = createApiMetrics({ verifier, pool, load: { share: 0 } })
  return (await createMetricsApp(metrics).request('/metrics')).text()
}

async function readWeb(): Promise<string> {
  const metrics = createWebMetrics({
    readFigures: () => ({
      signIns: {},
      tokens: {},
      hashes: { running: 0, waiting: 0 },
      pool: { total: 0, idle: 0, waiting: 0 },
    }),
    readHeld: () => new Map(),
  })
  const server = createMetricsServer(metrics).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo // A server that listens on TCP has one.
  return (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
}

describe('docs/operate', () => {
  it.each(['alerts.yml', 'grafana-dashboard.json'])(
    'docs/operate/%s asks for nothing that is not there',
    async (name) => {
      const text = `${await readApi()}\n${await readWeb()}`
      const told = new Set([...text.matchAll(/^# TYPE (\w+)/gm)].map(([, metric]) => metric))
      const asked =
        readFileSync(join(folder, name), 'utf8').match(/\b(claimcheck|nodejs)_\w+/g) ?? []
      expect(asked.filter((metric) => metric.startsWith('claimcheck_web_'))).not.toEqual([])
      const missing = asked.filter(
        (metric) => !told.has(metric.replace(/_(bucket|count|sum)$/, '')),
      )
      expect(missing).toEqual([])
    },
  )

  it('the page names every metric of both apps', async () => {
    const text = `${await readApi()}\n${await readWeb()}`
    const page = readFileSync(join(root, 'docs/operate.md'), 'utf8')
    const told = [...text.matchAll(/^# TYPE (claimcheck_\w+)/gm)].map(([, metric]) => metric)
    expect(told.length).toBeGreaterThan(15)
    expect(told.filter((metric) => !page.includes(`\`${metric}\``))).toEqual([])
  })

  it('the dashboard is one that Grafana can import', () => {
    const dashboard = JSON.parse(readFileSync(join(folder, 'grafana-dashboard.json'), 'utf8'))
    expect(dashboard).toMatchObject({ title: 'Claimcheck', schemaVersion: expect.any(Number) })
    for (const panel of dashboard.panels) {
      expect(panel).toMatchObject({ title: expect.any(String), targets: expect.any(Array) })
    }
  })

  it.skipIf(!promtool)('the alerts load, and fire on what they are for', () => {
    for (const command of [
      ['check', 'rules', 'alerts.yml'],
      ['test', 'rules', 'alerts.test.yml'],
    ]) {
      const { status, stdout, stderr } = spawnSync('promtool', command, { cwd: folder })
      expect(status, `${stdout}${stderr}`).toBe(0)
    }
  })
})
