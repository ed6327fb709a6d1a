/** A bar of a fault round, where less is always better. */
import type { Bar } from '../table.js'

export function toBar(name: string, measured: number, asked: number, unit = ''): Bar {
  return { name, measured, asked, unit, atMost: true }
}
