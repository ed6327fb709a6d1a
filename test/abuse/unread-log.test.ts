/** Whoever should read the log and does not stops nobody from being served. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, inject, it, onTestFinished } from 'vitest'
import { startAbusedApi } from './_api.js'

it('the API answers although its log is a full pipe that nobody reads, and ends when told to', async () => {
  const api = await startAbusedApi(inject('databases')[0]?.url ?? '', {
    RATE_LIMIT_PER_MINUTE: '1000000',
  })
  onTestFinished(() => api.stop())
  api.stopReading()
  const headers = await api.signIn('ada')
  // Some 200 bytes a line: three times what a pipe and a socket buffer hold together.
  for (let round = 0; round < 100; round += 1) {
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => fetch(`${api.url}/nowhere`, { headers })),
    )
    for (const answer of answers) {
      expect(answer.status).toBe(404)
      await answer.text()
    }
  }
  expect((await fetch(`${api.url}/api/me`, { headers })).status).toBe(200)
  await api.stop()
  expect(api.child.exitCode).toBe(0)
})

it('the web app goes on although nobody reads its log and its console, and ends when it wants to', async () => {
  const file = fileURLToPath(new URL('./_chatty-web.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', file], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const exit = once(child, 'exit')
  expect(await once(child, 'message')).toContain('went on')
  expect(await exit).toEqual([0, null])
})
