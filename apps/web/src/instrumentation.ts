/** What Next.js runs once, before the first request. */

export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME === 'nodejs') {
    const { startOrExit } = await import('./start.js')
    await startOrExit()
  }
}
