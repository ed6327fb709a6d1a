/**
 * Runs a bundle in workerd, through miniflare, and prints the port. Started with Node 22 or newer, as miniflare asks.
 */
import { readFileSync } from 'node:fs'
import { Miniflare } from 'miniflare'

const worker = new Miniflare({
  modules: true,
  script: readFileSync(process.argv[2], 'utf8'),
  compatibilityDate: '2026-07-01',
  host: '127.0.0.1',
  port: 0,
})
const { port } = await worker.ready
console.log(`PORT ${port}`)
