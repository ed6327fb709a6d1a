/** `npm run bench -- <name>`: prints measured ratios, and exits with 1 where a bar was missed. */
import { benchFlood } from './flood.js'
import { benchRevocation } from './revocation.js'
import { benchRoute } from './route.js'
import { benchVerify } from './verify.js'
import { benchWeb } from './web.js'

const benches: Record<string, () => Promise<boolean>> = {
  verify: benchVerify,
  route: benchRoute,
  flood: benchFlood,
  revocation: benchRevocation,
  web: benchWeb,
}

const names = process.argv.slice(2)
const unknown = names.find((name) => !(name in benches))
if (unknown !== undefined) {
  console.error(`There is no bench "${unknown}". Choose from: ${Object.keys(benches).join(', ')}.`)
  process.exit(2)
}
let isGood = true
for (const name of names.length > 0 ? names : Object.keys(benches)) {
  isGood = (await benches[name]?.()) === true && isGood
}
process.exit(isGood ? 0 : 1)
