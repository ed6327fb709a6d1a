/** JSON that is nested deeper than a token has any use for: parsers may run out of stack. */
import { defineCases } from './case.js'
import { refusals } from './refusals.js'

/** The object itself is the first of 16 levels. */
export const deepCases = defineCases(
  {
    category: 'json',
    needs: 'the signing key',
    expected: refusals.tokenMalformed,
    source: 'RFC 8259 §9, CWE-674',
    neighbour: ({ sign }) => sign({ deep: nest(15) }),
  },
  [
    {
      id: 'json-deep-claims',
      says: 'Claims of 17 levels of arrays.',
      hostile: ({ sign }) => sign({ deep: nest(16) }),
    },
    {
      id: 'json-deep-objects',
      says: 'Claims of 17 levels of objects.',
      hostile: ({ header, claims, signText }) =>
        signText(
          JSON.stringify(header),
          `{"deep":${'{"a":'.repeat(16)}1${'}'.repeat(16)},${JSON.stringify(claims).slice(1)}`,
        ),
    },
    {
      id: 'json-deep-header',
      says: 'A header of 17 levels of arrays.',
      hostile: ({ sign }) => sign({}, { deep: nest(16) }),
      neighbour: ({ sign }) => sign({}, { deep: nest(15) }),
    },
    {
      id: 'json-deepest',
      says: 'Claims as deep as a token has room for.',
      hostile: ({ sign }) => sign({ deep: nest(2_800) }),
    },
  ],
)

function nest(depth: number): unknown {
  let value: unknown = 1
  for (let level = 0; level < depth; level += 1) value = [value]
  return value
}
