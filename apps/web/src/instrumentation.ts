// What Next.js runs once, before the first request: the app starts, or says why not and ends.

export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { startAuth } = await import('./auth/server.js')
  try {
    await startAuth()
  } catch (error) {
    // Next.js would log a throw, report itself ready and answer every request with 500.
    const isExpected = error instanceof Error && /^(StartError|EnvError)$/.test(error.name)
    process.stderr.write(`${isExpected ? error.message : describe(error)}\n`)
    process.exit(1)
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
