/**
 * `npm run bench -- <name>`: prints measured ratios, and exits with 1 where a bar was missed. A bench with several
 * rounds may be asked for some of them, as `<name>:<round>`.
 */
import { benchAbuse } from './abuse.js'
import { benchScale } from './api/scale.js'
import { benchApi } from './api.js'
import { benchCrowd } from './crowd.js'
import { benchFaults } from './faults.js'
import { benchFeed } from './feed.js'
import { benchFlood } from './flood.js'
import { benchJunk } from './junk.js'
import { benchRevocation } from './revocation.js'
import { benchRoute } from './route.js'
import { benchToken } from './token.js'
import { benchVerify } from './verify.js'
import { benchWeb } from './web.js'

const benches: Record<string, (round?: string) => Promise<boolean>> = {
  verify: benchVerify,
  route: benchRoute,
  flood: benchFlood,
  feed: benchFeed,
  crowd: benchCrowd,
  junk: benchJunk,
  revocation: benchRevocation,
  web: benchWeb,
  api: benchApi,
  abuse: benchAbuse,
  scale: benchScale,
  token: benchToken,
  faults: benchFaults,
}

const names = process.argv.slice(2).filter((name) => !name.startsWith('--'))
const unknown = names.find((name) => !(toBench(name) in benches))
if (unknown !== undefined) {
  console.error(`There is no bench "${unknown}". Choose from: ${Object.keys(benches).join(', ')}.`)
  process.exit(2)
}
let isGood = true
for (const name of names.length > 0 ? names : Object.keys(benches)) {
  const round = name.slice(toBench(name).length + 1)
  isGood = (await benches[toBench(name)]?.(round)) === true && isGood
}
process.exit(isGood ? 0 : 1)

function toBench(name: string): string {
  return name.split(':', 1)[0] ?? name
}
