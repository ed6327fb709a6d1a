/** Runs a bundle in a page of a real browser, behind a server that passes requests on to it, and prints the port. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { chromium } from '@playwright/test'
import { findChromium } from '../../scripts/test/chromium.js'

declare function answerForPage(
  url: string,
  headers: readonly [string, string][],
): Promise<{ status: number; headers: [string, string][]; body: string }>

const script = readFileSync(process.argv[2] ?? '', 'utf8')
const { executablePath, env } = await findChromium()
const browser = await chromium.launch({ executablePath, env: { ...process.env, ...env } })
const page = await browser.newPage()
page.on('console', (message) => console.log(message.text()))

const server = createServer(async (request, response) => {
  if (request.url === '/page') {
    response.writeHead(200, { 'content-type': 'text/html' })
    return void response.end('<!doctype html><title>API</title>')
  }
  const { rawHeaders, url } = request
  const pairs = rawHeaders.flatMap((name, index): [string, string][] =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? '']] : [],
  )
  const answer = await page.evaluate(([address, headers]) => answerForPage(address, headers), [
    `http://${request.headers.host}${url}`,
    pairs,
  ] as const)
  response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(answer.body)
})
server.listen(0, '127.0.0.1', async () => {
  // A server that listens on TCP has an address with a port.
  const { port } = server.address() as AddressInfo
  await page.goto(`http://127.0.0.1:${port}/page`)
  await page.addScriptTag({ content: script })
  console.log(`PORT ${port}`)
})
process.on('SIGTERM', async () => {
  await browser.close()
  process.exit()
})
