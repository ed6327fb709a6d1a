import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { expect, it, onTestFinished } from 'vitest'
import { readCompressedFiles } from './compressed-files.js'

const script = 'const answer = 42\n'.repeat(100)
const path = '/_next/static/chunks/0a~b-1.js'
const gzip = { 'accept-encoding': 'gzip, deflate, br' }

/** A build with a script, a style and a font, served by these files alone: 418 is what Next.js would get. */
async function start() {
  const folder = await mkdtemp(join(tmpdir(), 'claimcheck-files-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const made = { 'chunks/0a~b-1.js': script, 'chunks/c.css': 'p {}', 'media/f.woff2': 'font' }
  for (const [name, content] of Object.entries(made)) {
    const file = join(folder, '.next/static', name)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, content)
  }
  await writeFile(join(folder, '.next/secret.js'), 'not to be had')
  const files = await readCompressedFiles(folder)
  const server = createServer((request, response) => {
    if (!files.answers(request, response)) response.writeHead(418).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close().closeAllConnections())
  const { port } = server.address() as AddressInfo // A server that listens on TCP has one.

  /** As written: fetch would tidy the path, and undo the encoding. */
  return async function ask(url: string, headers: Record<string, string> = gzip, method = 'GET') {
    const asked = send({ port, host: '127.0.0.1', path: url, headers, method }).end()
    const [answer] = await once(asked, 'response')
    return { status: answer.statusCode, headers: answer.headers, body: await buffer(answer) }
  }
}

it('a script comes compressed, whole, and to be kept for good', async () => {
  const ask = await start()
  const { status, headers, body } = await ask(path)
  expect(status).toBe(200)
  expect(headers).toMatchObject({
    'content-type': 'application/javascript; charset=UTF-8',
    'content-encoding': 'gzip',
    'content-length': String(body.length),
    'cache-control': 'public, max-age=31536000, immutable',
    vary: 'Accept-Encoding',
  })
  expect(body.length).toBeLessThan(script.length)
  expect(gunzipSync(body).toString()).toBe(script)
  const style = await ask('/_next/static/chunks/c.css')
  expect(style.headers['content-type']).toBe('text/css; charset=UTF-8')
  expect(gunzipSync(style.body).toString()).toBe('p {}')
})

it('HEAD gives what GET gives, without the file', async () => {
  const ask = await start()
  const [whole, head] = [await ask(path), await ask(path, gzip, 'HEAD')]
  expect([head.status, head.body.length]).toEqual([200, 0])
  expect(head.headers['content-length']).toBe(whole.headers['content-length'])
  expect(head.headers.etag).toBe(whole.headers.etag)
})

it('who has the file is told so, and who has another one gets it', async () => {
  const ask = await start()
  const { etag } = (await ask(path)).headers
  const same = await ask(path, { ...gzip, 'if-none-match': `"other", W/${etag}` })
  expect([same.status, same.headers.etag, same.body.length]).toEqual([304, etag, 0])
  const other = await ask(path, { ...gzip, 'if-none-match': '"other"' })
  expect(other.status).toBe(200)
})

it.each(['gzip', 'br, GZIP;q=0.5', 'gzip;q=1.0', 'gzip; q=0.001'])(
  '%s takes gzip',
  async (accepted) => {
    const ask = await start()
    expect((await ask(path, { 'accept-encoding': accepted })).status).toBe(200)
  },
)

it.each<[string, string, Record<string, string>, string?]>([
  ['who takes no compression', path, {}],
  ['who takes another', path, { 'accept-encoding': 'br, x-gzip' }],
  ['who refuses it', path, { 'accept-encoding': 'gzip;q=0, identity' }],
  ['who refuses it by another zero', path, { 'accept-encoding': 'gzip; q=0.000' }],
  ['who wants a part', path, { ...gzip, range: 'bytes=0-9' }],
  [
    'who knows only an age',
    path,
    { ...gzip, 'if-modified-since': 'Thu, 01 Jan 2026 00:00:00 GMT' },
  ],
  ['another method', path, gzip, 'POST'],
  ['a font', '/_next/static/media/f.woff2', gzip],
  ['a file that is not there', '/_next/static/chunks/none.js', gzip],
  ['a file outside', '/_next/static/../secret.js', gzip],
  ['a file outside, encoded', '/_next/static/..%2fsecret.js', gzip],
  ['a page', '/', gzip],
])('%s is left to Next.js', async (_, url, headers, method) => {
  const ask = await start()
  expect((await ask(url, headers, method)).status).toBe(418)
})
