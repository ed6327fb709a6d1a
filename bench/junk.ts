/** Everything a stranger can send in place of a token: what each shape costs, against a usual token. */
import { createVerifier, type Verifier } from 'claimcheck'
import { createTestIssuer } from 'claimcheck/testing'
import { printBars } from './table.js'

/** The largest token that is looked at, and the largest header that Node lets through, in characters. */
const LONGEST_TOKEN = 8192
const LONGEST_HEADER = 15_000

/** How long each shape is sent in a turn, in milliseconds, and in how many turns. The best counts: noise only slows. */
const TURN_MILLISECONDS = 60
const TURNS = 7

interface Shape {
  readonly name: string
  /** The value of the Authorization header. */
  readonly value: string
  /** Another value, of the same kind, to be sent in turn with it. Default: the same. */
  readonly other?: string
}

export async function benchJunk(): Promise<boolean> {
  // What is open to strangers is production: in development, hints look at what was sent once more.
  process.env.NODE_ENV = 'production'
  const issuer = await createTestIssuer()
  const verifier = createVerifier({ ...issuer.options, cacheSize: 0 })
  await verifier.ready()
  const claims = { sub: crypto.randomUUID(), sid: crypto.randomUUID(), jti: crypto.randomUUID() }
  const token = await issuer.sign(claims)
  const usual = { name: 'a usual token, verified', value: `Bearer ${token}` }
  // As far as the text goes, and no further: another algorithm is refused before a key is looked up.
  const text = {
    name: 'a usual token, read and refused',
    value: `Bearer ${withHeader(token, { alg: 'ES256', kid: issuer.keyId })}`,
  }
  const read = listTexts(issuer.keyId)
  const forged = listForgeries(token, issuer.keyId)
  const costs = await measure(verifier, [usual, text, ...read, ...forged])
  const cost = ({ name }: Shape) => costs.get(name) ?? Number.POSITIVE_INFINITY

  print('Refused by their text', [text, ...read], cost)
  print('Refused by their signature', [usual, ...forged], cost)
  const worst = (shapes: readonly Shape[]) => Math.max(...shapes.map(cost))
  return printBars('Bars', [
    {
      name: 'the worst text against a usual one',
      measured: worst(read) / cost(text),
      asked: 20,
      atMost: true,
    },
    {
      name: 'the worst forgery against a usual token',
      measured: worst(forged) / cost(usual),
      asked: 20,
      atMost: true,
    },
  ])
}

/** Shapes that are refused before any cryptography. */
function listTexts(keyId: string): readonly Shape[] {
  const header = { alg: 'EdDSA', kid: keyId }
  const room = Math.floor(((LONGEST_TOKEN - 300) * 3) / 4)
  const payloads = listPayloads(room)
  const otherAlgorithm = encode(JSON.stringify({ ...header, alg: 'ES256' }))
  const small = encode(JSON.stringify({ sub: 'ada' }))
  const signature = 'A'.repeat(86)
  const inPayload = Object.entries(payloads).map(([name, payload]) => ({
    name: `claims: ${name}`,
    value: `Bearer ${otherAlgorithm}.${encode(payload)}.${signature}`,
  }))
  const others = listPayloads(room - 16)
  const inHeader = Object.entries(payloads).map(([name, payload]) => ({
    name: `header: ${name}`,
    value: `Bearer ${encode(payload)}.${small}.${signature}`,
    // The last header that was read is remembered, so a stranger would send two in turn.
    other: `Bearer ${encode(others[name] ?? '')}.${small}.${signature}`,
  }))
  const credentials: Record<string, string> = {
    'no credential': '',
    'a word': 'Bearer undefined',
    spaces: `Bearer${' '.repeat(LONGEST_HEADER)}x`,
    'spaces between words': `Bearer ${'x '.repeat(LONGEST_HEADER / 2)}`,
    'too long': `Bearer ${'A'.repeat(LONGEST_HEADER)}`,
    'dots alone': `Bearer ${'.'.repeat(LONGEST_TOKEN)}`,
    'letters and dots': `Bearer ${'A.'.repeat(LONGEST_TOKEN / 2)}`,
    'one part': `Bearer ${'A'.repeat(LONGEST_TOKEN)}`,
    'two parts': `Bearer ${'A'.repeat(LONGEST_TOKEN / 2)}.${'A'.repeat(LONGEST_TOKEN / 2 - 1)}`,
    'a stray character at the end': `Bearer ${'A'.repeat(LONGEST_TOKEN - 2)}.*`,
    'credentials joined by commas': `Bearer x${', '.repeat(LONGEST_HEADER / 2)}`,
    'schemes joined by commas': `${'Bearer, '.repeat(LONGEST_HEADER / 8)}`,
    'another scheme with commas': `Digest ${'a=b, '.repeat(LONGEST_HEADER / 5)}`,
    'a key id of 8 KiB': `Bearer ${encode(JSON.stringify({ ...header, kid: 'k'.repeat(room - 60) }))}.${small}.${signature}`,
  }
  const asCredential = Object.entries(credentials).map(([name, value]) => ({ name, value }))
  return [...asCredential, ...inPayload, ...inHeader]
}

/** Objects that are none, or cost much to read. */
function listPayloads(room: number): Readonly<Record<string, string>> {
  return {
    'arrays in arrays, open': '['.repeat(room),
    'arrays in arrays, closed': nest('[', ']', room),
    'arrays in arrays, as a claim': `{"a":${nest('[', ']', room - 6)}}`,
    'objects in objects': nest('{"a":', '}', room, '1'),
    'objects in arrays': nest('[{"a":', '}]', room, '1'),
    'empty arrays': `{"a":[${'[],'.repeat(room / 3 - 4)}[]]}`,
    'empty objects': `{"a":[${'{},'.repeat(room / 3 - 4)}{}]}`,
    'many members': `{${list(room, (index) => `"${index}":1`)}}`,
    'many members and a space': `{ ${list(room - 1, (index) => `"${index}":1`)}}`,
    'the same member again and again': `{${list(room, () => '"a":1')}}`,
    'a member twice, at the end': `{${list(room - 8, (index) => `"${index}":1`)},"0":1}`,
    'many numbers': `{"a":[${list(room - 8, () => '1')}]}`,
    'many numbers and a space': `{"a": [${list(room - 8, () => '1')}]}`,
    'long numbers': `{"a":[${list(room - 8, () => `-${'9'.repeat(300)}.${'1'.repeat(20)}e-5`)}]}`,
    'one long number': `{"a":${'9'.repeat(room - 8)}}`,
    'a long string': `{"a":"${'x'.repeat(room - 8)}"}`,
    'a string of escapes': `{"a":"${'\\u0041'.repeat(room / 6 - 4)}"}`,
    'a name of escapes': `{"${'\\u0041'.repeat(room / 6 - 4)}":1,"b":2}`,
    'names of escapes': `{${list(room - 2, (index) => `"\\u0041${index}":1`)}}`,
    'a string of backslashes': `{"a":"${'\\\\'.repeat(room / 2 - 5)}"}`,
    'a string that does not end': `{"a":"${'\\"'.repeat(room / 2 - 5)}`,
    'quotation marks': '"'.repeat(room),
    'white space': `{${' '.repeat(room - 8)}"a":1}`,
    'wide characters': `{"a":"${'\u{1f600}'.repeat(room / 4 - 4)}"}`,
    'not UTF-8': '\xff'.repeat(room),
    '__proto__ in depth': nest('{"__proto__":', '}', room, '1'),
  }
}

/** Shapes that are refused by the cryptography. */
function listForgeries(token: string, keyId: string): readonly Shape[] {
  const [header = '', payload = ''] = token.split('.')
  const room = Math.floor(((LONGEST_TOKEN - 300) * 3) / 4)
  const large = encode(`{"a":"${'x'.repeat(room)}"}`)
  const many = encode(`{ ${list(room - 4, (index) => `"${index}":1`)}}`)
  const deep = encode(`{"a":${nest('[', ']', 28)},"b":[${list(room - 60, () => '[[]]')}]}`)
  const signature = 'A'.repeat(86)
  const short = encode(JSON.stringify({ alg: 'EdDSA', kid: keyId }))
  return [
    { name: 'zeros as a signature', value: `Bearer ${header}.${payload}.${signature}` },
    { name: 'a signature too short', value: `Bearer ${header}.${payload}.AAAA` },
    { name: 'no signature', value: `Bearer ${header}.${payload}.` },
    { name: 'a signature of 7 KiB', value: `Bearer ${header}.${payload}.${'A'.repeat(7_164)}` },
    { name: 'a claim of 6 KiB', value: `Bearer ${short}.${large}.${signature}` },
    { name: 'a thousand claims and a space', value: `Bearer ${short}.${many}.${signature}` },
    { name: 'a thousand arrays', value: `Bearer ${short}.${deep}.${signature}` },
  ]
}

/** Processor time for one, in microseconds: all threads, because signatures are checked beside the main one. */
async function measure(verifier: Verifier, shapes: readonly Shape[]): Promise<Map<string, number>> {
  const best = new Map<string, number>()
  for (let turn = 0; turn < TURNS; turn += 1) {
    for (const shape of shapes) {
      const one = { rawHeaders: ['Authorization', shape.value] }
      const other = { rawHeaders: ['Authorization', shape.other ?? shape.value] }
      const end = performance.now() + TURN_MILLISECONDS
      const before = process.cpuUsage()
      let count = 0
      while (performance.now() < end) {
        for (let index = 0; index < 10; index += 1) {
          await verifier.authenticate(index % 2 === 0 ? one : other).catch(() => undefined)
        }
        count += 10
      }
      const { user, system } = process.cpuUsage(before)
      const cost = (user + system) / count
      // The first turn only warms up.
      if (turn > 0) best.set(shape.name, Math.min(cost, best.get(shape.name) ?? cost))
    }
    process.stderr.write('.')
  }
  process.stderr.write('\n')
  return best
}

function print(
  title: string,
  [usual, ...shapes]: readonly Shape[],
  cost: (shape: Shape) => number,
): void {
  if (usual === undefined) return
  console.log(`\n${title}: processor time for one, the worst first`)
  const worstFirst = [...shapes].sort((one, other) => cost(other) - cost(one))
  for (const shape of [usual, ...worstFirst]) {
    const microseconds = cost(shape).toFixed(1).padStart(9)
    const ratio = (cost(shape) / cost(usual)).toFixed(1).padStart(7)
    console.log(`  ${shape.name.padEnd(46)} ${microseconds} µs ${ratio} ×`)
  }
}

function encode(text: string): string {
  const isBinary = text.startsWith('\xff')
  return Buffer.from(text, isBinary ? 'latin1' : 'utf8').toString('base64url')
}

function withHeader(token: string, header: object): string {
  return token.replace(/^[^.]*/, encode(JSON.stringify(header)))
}

/** As deep as `room` allows. */
function nest(open: string, close: string, room: number, middle = ''): string {
  const depth = Math.floor((room - middle.length) / (open.length + close.length))
  return open.repeat(depth) + middle + close.repeat(depth)
}

/** As many as `room` allows, with commas between. */
function list(room: number, make: (index: number) => string): string {
  const made: string[] = []
  let length = 0
  for (let index = 0; ; index += 1) {
    const one = make(index)
    length += one.length + 1
    if (length > room) return made.join(',')
    made.push(one)
  }
}
