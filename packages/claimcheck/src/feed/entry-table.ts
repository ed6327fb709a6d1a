/**
 * A set of entries of 16 bytes that forgets by time: 27 to 54 bytes for each, with no limit but memory (a Map ends at
 * 16.7 million). Cut into 256 parts, so that growing and forgetting never stop the process for long.
 */
import { SESSION_ENTRY_BYTES } from '../contract.js'

export interface EntryTable {
  /** Adds an entry; one that is there already is there from `at` on anew. */
  put(entry: EntryKey, at: number): void
  /** Adds entries that stand one after the other in `bytes`. */
  add(bytes: Uint8Array, at: number): void
  has(entry: EntryKey): boolean
  /** Forgets what was added before a time; a part at a time, and all of it within a minute. */
  forget(before: number, at: number): void
  readonly size: number
}

/** An entry as four words. */
export type EntryKey = readonly [number, number, number, number]

/** Words of a slot: the entry, and the second it was added in, plus one, so that 0 says that the slot is free. */
const SLOT = 5
const TIME = 4
const PARTS = 256
const PART_BITS = 24
const FIRST_SLOTS = 16
/** How long it takes to look through all parts, in milliseconds. */
const ROUND = 60_000

interface Part {
  words: Uint32Array
  used: number
}

export function createEntryTable(): EntryTable {
  const parts: (Part | null)[] = Array.from({ length: PARTS }, () => null)
  let size = 0
  let next = 0
  let lookedAt: number | null = null

  function put(key: EntryKey, at: number): void {
    const index = toHash(key) >>> PART_BITS
    let part = parts[index] ?? null
    if (part === null || (part.used + 1) * 4 > toSlots(part) * 3) {
      part = rebuild(part, part === null ? FIRST_SLOTS : toSlots(part) * 2, 0)
      parts[index] = part
    }
    const slot = find(part, key)
    if (part.words[slot + TIME] === 0) {
      part.words.set(key, slot)
      part.used += 1
      size += 1
    }
    part.words[slot + TIME] = toTime(at)
  }

  return {
    put,
    add(bytes, at) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      for (let from = 0; from < bytes.byteLength; from += SESSION_ENTRY_BYTES) {
        put(readKey(view, from), at)
      }
    },
    has(key) {
      const part = parts[toHash(key) >>> PART_BITS]
      return part ? part.words[find(part, key) + TIME] !== 0 : false
    },
    forget(before, at) {
      lookedAt ??= at
      const due = Math.min(PARTS, Math.floor(((at - lookedAt) / ROUND) * PARTS))
      if (due > 0) lookedAt = at
      for (let count = 0; count < due; count += 1) {
        const part = parts[next] ?? null
        if (part && hasOlder(part, toTime(before))) {
          const kept = rebuild(part, FIRST_SLOTS, toTime(before))
          size += kept.used - part.used
          parts[next] = kept.used > 0 ? kept : null
        }
        next = (next + 1) % PARTS
      }
    },
    get size() {
      return size
    },
  }
}

/** The name of an entry in a document or a token's marks, base64url, as a key. What is too short ends in zeros. */
export function toEntryKey(name: string): EntryKey {
  const view = new DataView(new ArrayBuffer(SESSION_ENTRY_BYTES))
  let bits = 0
  let held = 0
  let byte = 0
  for (let at = 0; at < name.length && byte < SESSION_ENTRY_BYTES; at += 1) {
    held = ((held << 6) | readDigit(name.charCodeAt(at))) & 0xffff
    bits += 6
    if (bits < 8) continue
    bits -= 8
    view.setUint8(byte, (held >> bits) & 0xff)
    byte += 1
  }
  if (byte < SESSION_ENTRY_BYTES) view.setUint8(byte, (held << (8 - bits)) & 0xff)
  return readKey(view, 0)
}

function readKey(view: DataView, from: number): EntryKey {
  return [
    view.getUint32(from),
    view.getUint32(from + 4),
    view.getUint32(from + 8),
    view.getUint32(from + 12),
  ]
}

/** A digit of base64url (RFC 4648 §5). */
function readDigit(code: number): number {
  if (code >= 97) return code - 71
  if (code === 95) return 63
  if (code >= 65) return code - 65
  return code === 45 ? 62 : code + 4
}

/** Entries are digests, but nobody checks that they are: every bit of them counts. */
function toHash([one, two, three, four]: EntryKey): number {
  let hash = one ^ Math.imul(two, 0x9e3779b1) ^ Math.imul(three, 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 15) ^ Math.imul(four, 0xc2b2ae35), 0x2c1b3c6d)
  return (hash ^ (hash >>> 13)) >>> 0
}

/** Where an entry stands, or would stand. */
function find({ words }: Part, key: EntryKey): number {
  const slots = words.length / SLOT
  for (let slot = toHash(key) & (slots - 1); ; slot = (slot + 1) & (slots - 1)) {
    const at = slot * SLOT
    if (words[at + TIME] === 0) return at
    if (
      words[at] === key[0] &&
      words[at + 1] === key[1] &&
      words[at + 2] === key[2] &&
      words[at + 3] === key[3]
    ) {
      return at
    }
  }
}

/** A part with room for what was added since a time, and no smaller than asked. */
function rebuild(part: Part | null, least: number, since: number): Part {
  const old = part?.words ?? new Uint32Array(0)
  const isKept = (at: number) => (old[at + TIME] ?? 0) >= Math.max(1, since)
  let used = 0
  for (let at = 0; at < old.length; at += SLOT) if (isKept(at)) used += 1
  let slots = least
  while ((used + 1) * 4 > slots * 3) slots *= 2
  const next: Part = { words: new Uint32Array(slots * SLOT), used }
  for (let at = 0; at < old.length; at += SLOT) {
    if (!isKept(at)) continue
    const key = [old[at] ?? 0, old[at + 1] ?? 0, old[at + 2] ?? 0, old[at + 3] ?? 0] as const
    const slot = find(next, key)
    // Word by word: a view of each entry would cost more than all of the rest.
    for (let word = 0; word < SLOT; word += 1) next.words[slot + word] = old[at + word] ?? 0
  }
  return next
}

function hasOlder({ words }: Part, since: number): boolean {
  for (let at = TIME; at < words.length; at += SLOT) {
    const time = words[at] ?? 0
    if (time !== 0 && time < since) return true
  }
  return false
}

function toSlots({ words }: Part): number {
  return words.length / SLOT
}

function toTime(milliseconds: number): number {
  return Math.max(0, Math.floor(milliseconds / 1_000)) + 1
}
