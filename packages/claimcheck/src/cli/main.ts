#!/usr/bin/env node
/** The program `claimcheck`. */
import { setTimeout as wait } from 'node:timers/promises'
import { runCli } from './cli.js'

process.exitCode = await runCli(process.argv.slice(2), {
  env: process.env,
  fetch: globalThis.fetch,
  now: Date.now,
  elapsed: () => performance.now(),
  wait,
  readInput,
  print: (text) => void process.stdout.write(`${text}\n`),
  complain: (text) => void process.stderr.write(`${text}\n`),
  isTerminal: process.stdout.isTTY === true && process.env.NO_COLOR === undefined,
})

async function readInput(): Promise<string> {
  let text = ''
  for await (const chunk of process.stdin.setEncoding('utf8')) text += chunk
  return text
}
