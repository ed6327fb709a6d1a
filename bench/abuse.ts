/**
 * `npm run bench -- abuse`: what one caller can do to all others. Each attack is a file under `abuse/` that starts what
 * it needs, prints what everybody else noticed before and during, and gives its bars; a new one is added to this list.
 * ATTACK names the only one that is to run.
 */
import { attackByBodies } from './abuse/connections.js'
import { attackByHolding } from './abuse/held-feeds.js'
import { attackBySearching } from './abuse/searches.js'
import { attackBySigningIn } from './abuse/sign-ins.js'
import { attackByAsking } from './abuse/strangers.js'
import { attackByUploading } from './abuse/uploads.js'
import { type Bar, printBars } from './table.js'

const attacks: Readonly<Record<string, () => Promise<readonly Bar[]>>> = {
  searches: attackBySearching,
  strangers: attackByAsking,
  bodies: attackByBodies,
  'sign-ins': attackBySigningIn,
  uploads: attackByUploading,
  'held feeds': attackByHolding,
}

export async function benchAbuse(): Promise<boolean> {
  const only = process.env.ATTACK
  let isGood = true
  for (const [title, attack] of Object.entries(attacks)) {
    if (only !== undefined && only !== title) continue
    console.log(`\n${title}`)
    isGood = printBars(`${title}: what is asked for`, await attack()) && isGood
  }
  return isGood
}
