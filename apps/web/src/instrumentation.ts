/** What Next.js runs once, before the first request. */

export async function register(): Promise<void> {
  // biome-ignore lint/style/noProcessEnv: Next.js replaces this very expression when it builds.
  if (process.env.NEXT_RUNTIME === 'nodejs') {
    const { startOrExit } = await import('./start.js')
    await startOrExit()
  }
}
