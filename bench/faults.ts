/** `npm run bench -- faults`: what becomes of requests when something breaks. Each fault starts what it needs. */
import { hangDatabase, restartDatabase } from './faults/database.js'
import { askForTooMuch, sendSlowly } from './faults/load.js'
import { killApi, stopApi } from './faults/process.js'
import { type Bar, printBars } from './table.js'

const faults: Readonly<Record<string, () => Promise<readonly Bar[]>>> = {
  'The database restarts under load': restartDatabase,
  'The database hangs': hangDatabase,
  'The API is killed in the middle of writing': killApi,
  'The API is told to stop under load': stopApi,
  'More is asked for than can be done': askForTooMuch,
  'Clients are slow': sendSlowly,
}

export async function benchFaults(): Promise<boolean> {
  let isGood = true
  for (const [title, fault] of Object.entries(faults)) {
    console.log(`\n${title}`)
    isGood = printBars(`${title}: what is asked for`, await fault()) && isGood
  }
  return isGood
}
