/** A child process that never outlives this one, however this one ends. */

import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'

export interface ChildOptions {
  cwd: string
  env: NodeJS.ProcessEnv
  /** Where both outputs go: a file descriptor, or each chunk to a function. */
  output: number | ((chunk: string) => void)
  /** Asks the child to end. Default SIGTERM. */
  stopSignal?: 'SIGINT' | 'SIGTERM'
  /** Who it runs as. Default: whoever runs this process. */
  user?: { uid: number; gid: number } | undefined
}

export interface Child {
  pid: number
  /** Settles once the child has ended and whatever it left in its process group was killed. */
  exited: Promise<Exit>
  /** Asks the child to end, and kills it and its group when it still lives after graceMs. */
  stop(graceMs: number): Promise<Exit>
}

export interface Exit {
  code: number | null
  signal: NodeJS.Signals | null
}

/**
 * Starts a command in a process group of its own, so that Ctrl-C reaches only the parent, which
 * then stops its children in order. Beside it runs a watchdog that stops it if the parent vanishes.
 */
export async function startChild(
  command: string,
  args: readonly string[],
  options: ChildOptions,
): Promise<Child> {
  const { cwd, env, output, user, stopSignal = 'SIGTERM' } = options
  const stream = typeof output === 'number' ? output : 'pipe'
  const child = spawn(command, args, {
    cwd,
    env,
    stdio: ['ignore', stream, stream],
    detached: process.platform !== 'win32',
    windowsHide: true,
    ...user,
  })
  if (typeof output === 'function') {
    child.stdout?.setEncoding('utf8').on('data', output)
    child.stderr?.setEncoding('utf8').on('data', output)
  }
  const pid = await readPid(child)
  const watchdog = startWatchdog(pid, stopSignal)
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => {
      watchdog?.kill('SIGKILL')
      signalGroup(child, pid, 'SIGKILL')
      resolve({ code, signal })
    })
  })
  return { pid, exited, stop }

  async function stop(graceMs: number): Promise<Exit> {
    if (child.exitCode === null && child.signalCode === null) child.kill(stopSignal)
    const timer = new AbortController()
    const patience = sleep(graceMs, undefined, { signal: timer.signal })
      .then(() => signalGroup(child, pid, 'SIGKILL'))
      .catch(() => {})
    const exit = await exited
    timer.abort()
    await patience
    return exit
  }
}

function readPid(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('spawn', () => resolve(child.pid as number))
  })
}

function signalGroup(child: ChildProcess, pid: number, signal: NodeJS.Signals): void {
  try {
    if (process.platform === 'win32') child.kill(signal)
    else process.kill(-pid, signal)
  } catch {
    // Nothing is left of the group.
  }
}

// `read` returns when the pipe from this process closes, which the kernel does even after kill -9.
const watch = `read -r line
kill -s "$1" "$2" 2>/dev/null
tenths=0
while kill -s 0 "$2" 2>/dev/null && [ "$tenths" -lt 80 ]; do
  sleep 0.1
  tenths=$((tenths + 1))
done
kill -s KILL -- "-$2" 2>/dev/null`

function startWatchdog(pid: number, signal: NodeJS.Signals): ChildProcess | undefined {
  if (process.platform === 'win32') return undefined
  const watchdog = spawn('/bin/sh', ['-c', watch, 'watchdog', signal.slice(3), String(pid)], {
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  watchdog.once('error', () => {})
  watchdog.stdin.once('error', () => {})
  watchdog.unref()
  return watchdog
}
