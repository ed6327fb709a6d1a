/** Loaded ahead of a process: its clock is off by as many milliseconds as the file CLOCK_FILE says. Timers are not. */
import { readFileSync, watchFile } from 'node:fs'

const file = process.env.CLOCK_FILE
const RealDate = Date
let offset = 0

function read() {
  offset = Number(readFileSync(file, 'utf8'))
}

globalThis.Date = class SteppedDate extends RealDate {
  constructor(...parts) {
    if (parts.length === 0) super(RealDate.now() + offset)
    else super(...parts)
  }

  static now() {
    return RealDate.now() + offset
  }
}

read()
watchFile(file, { interval: 50, persistent: false }, read)
