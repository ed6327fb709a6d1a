/** The web app's idea of the wire is the API's: both files are committed, and neither may drift. */

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { documentFile, selection, wireFile } from '../scripts/wire/selection.js'
import { type OpenApiDocument, toWireTypes } from '../scripts/wire/wire-types.js'

const document: OpenApiDocument = JSON.parse(readFileSync(documentFile, 'utf8'))

describe('the wire types of the web app', () => {
  it('are what the API describes; `npm run wire` writes them', () => {
    expect(readFileSync(wireFile, 'utf8')).toBe(toWireTypes(document, selection))
  })

  it('change with the document', () => {
    const { Task } = document.components.schemas
    const schemas = {
      ...document.components.schemas,
      Task: { ...Task, properties: { ...Task?.properties, colour: { type: 'string' } } },
    }
    const written = toWireTypes({ ...document, components: { schemas } }, selection)
    expect(written).toContain('readonly colour?: string')
    expect(readFileSync(wireFile, 'utf8')).not.toContain('colour')
  })

  it('name a schema that there are no words for', () => {
    const schemas = { Odd: { type: 'object', properties: { odd: { type: 'tuple' } } } }
    expect(() =>
      toWireTypes(
        { paths: {}, components: { schemas } },
        { schemas: ['Odd'], queries: {}, lengths: {} },
      ),
    ).toThrow('no words for a schema of type tuple')
  })
})
