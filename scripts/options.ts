/** `npm run options`: writes docs/options.md from the types of the library. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { toOptionsPage } from './docs/options.js'
import { root } from './start/data-dir.js'

writeFileSync(join(root, 'docs/options.md'), toOptionsPage(root))
