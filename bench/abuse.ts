/**
 * `npm run bench -- abuse`: what one caller can do to all others. Each attack is a file under `abuse/` that starts what
 * it needs, prints what everybody else noticed before and during, and gives its bars; a new one is added to this list.
 */
import { attackByBodies } from './abuse/connections.js'
import { attackBySearching } from './abuse/searches.js'
import { attackByAsking } from './abuse/strangers.js'
import { type Bar, printBars } from './table.js'

const attacks: Readonly<Record<string, () => Promise<readonly Bar[]>>> = {
  'One person searches': attackBySearching,
  'A stranger asks': attackByAsking,
  'Bodies that are not read': attackByBodies,
}

export async function benchAbuse(): Promise<boolean> {
  let isGood = true
  for (const [title, attack] of Object.entries(attacks)) {
    console.log(`\n${title}`)
    isGood = printBars(`${title}: what is asked for`, await attack()) && isGood
  }
  return isGood
}
