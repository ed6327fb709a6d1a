/** A process that logs as the web app does, by itself and through the console: far more than a pipe holds. */
import { createLogger } from '../../apps/web/src/auth/log.js'
import { logConsole } from '../../apps/web/src/console.js'

const LINES = 20_000
const log = createLogger('info')
logConsole(log)
for (let count = 0; count < LINES; count += 1) {
  log.write('info', 'request', { method: 'GET', route: '/sign-in', status: 200, milliseconds: 4.2 })
  console.error(' ⨯', new Error('Something that Next.js says.'))
  // Each line is handed over before the next, as it would be between requests.
  if (count % 100 === 0) await new Promise(setImmediate)
}
process.send?.('went on')
await log.flush()
process.exit(0)
