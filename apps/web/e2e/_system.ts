/** What playwright.config.ts tells the tests about the system they run on. */
export interface SystemOptions {
  /** Origin of the API; that of the web app is Playwright's own `baseURL`. */
  apiURL: string
}
