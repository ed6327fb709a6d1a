/**
 * `npm run wire`: writes the web app's wire types from the API's document, which the API's own test has just written.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { documentFile, selection, wireFile } from './wire/selection.js'
import { toWireTypes } from './wire/wire-types.js'

writeFileSync(wireFile, toWireTypes(JSON.parse(readFileSync(documentFile, 'utf8')), selection))
