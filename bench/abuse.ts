/**
 * `npm run bench -- abuse`: what one caller can do to all others. Each attack is a file under `abuse/` that starts what
 * it needs, prints what everybody else noticed before and during, and gives its bars; a new one is added to this list.
 * One alone is `abuse:<name>`.
 */
import { attackByBodies } from './abuse/connections.js'
import { attackByHolding } from './abuse/held-feeds.js'
import { attackByBrowsing } from './abuse/pages.js'
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
  pages: attackByBrowsing,
  uploads: attackByUploading,
  feeds: attackByHolding,
}

export async function benchAbuse(only = ''): Promise<boolean> {
  if (only !== '' && !(only in attacks)) {
    console.error(`There is no attack "${only}". Choose from: ${Object.keys(attacks).join(', ')}.`)
    return false
  }
  let isGood = true
  for (const [title, attack] of Object.entries(attacks)) {
    if (only !== '' && only !== title) continue
    console.log(`\n${title}`)
    isGood = printBars(`${title}: what is asked for`, await attack()) && isGood
  }
  return isGood
}
