/**
 * `npm run bench -- faults`: what becomes of requests when something breaks. Each round starts what it needs.
 * `faults:kill` runs the rounds whose name begins with that.
 */
import { hangApi } from './faults/api-hangs.js'
import { stepClock } from './faults/clock.js'
import { killDatabase, restartDatabase } from './faults/database.js'
import { exhaustPool, slowQueries } from './faults/database-slow.js'
import { fillDisk } from './faults/disk.js'
import { askAnything } from './faults/fuzz.js'
import { loseBoth, loseIssuer } from './faults/issuer.js'
import { askForTooMuch, sendSlowly } from './faults/load.js'
import { killApi, stopApi } from './faults/process.js'
import { loseRedis } from './faults/redis.js'
import { loseRedisOfSignIn } from './faults/redis-web.js'
import { restartEverything } from './faults/rolling.js'
import { soak } from './faults/soak.js'
import { upgradeInPlace } from './faults/upgrade.js'
import { hangWeb } from './faults/web-hangs.js'
import { type Bar, printBars } from './table.js'

const rounds: Readonly<Record<string, () => Promise<readonly Bar[]>>> = {
  'database restarts under load': restartDatabase,
  'database is killed with -9 under load': killDatabase,
  'database hangs': hangApi,
  'web app while the database hangs': hangWeb,
  'pool exhausted': exhaustPool,
  'slow queries': slowQueries,
  'kill -9 of the API in the middle of writing': killApi,
  'stop of the API under load': stopApi,
  'rolling restart behind nginx': restartEverything,
  'overload: more is asked for than can be done': askForTooMuch,
  'slow clients': sendSlowly,
  'issuer is down for longer than a token lives': loseIssuer,
  'both issuer and database are down': loseBoth,
  'clock steps by 30 seconds': stepClock,
  'redis goes away': loseRedis,
  'redis goes away from sign-in': loseRedisOfSignIn,
  'upgrade of a database of the last release': upgradeInPlace,
  'disk full': fillDisk,
  'fuzz: anything is asked for': askAnything,
  'soak at half of the capacity': soak,
}

/** @throws Error when no round begins with `wanted` */
export async function benchFaults(wanted = ''): Promise<boolean> {
  const chosen = Object.entries(rounds).filter(([title]) => title.startsWith(wanted))
  if (chosen.length === 0) {
    throw new Error(`No round begins with "${wanted}": ${Object.keys(rounds).join(', ')}.`)
  }
  let isGood = true
  for (const [title, round] of chosen) {
    console.log(`\nFault: ${title}`)
    isGood = printBars(`${title}: what is asked for`, await round()) && isGood
  }
  return isGood
}
