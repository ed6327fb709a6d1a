/** /docs: Swagger UI, served from the package itself under a policy that allows nothing from elsewhere. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { App } from './context.js'
import { docsStyle } from './docs-style.js'

/** Scripts and styles come from here alone; "Try it out" calls this API alone. Icons are inlined images. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

type Theme = 'light' | 'dark' | null

/** @param theme As the web app has it, which says so in its link: its cookie is another site's here. */
const renderPage = (theme: Theme) => `<!doctype html>
<html lang="en"${theme ? ` data-theme="${theme}" class="${theme}-mode"` : ''}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Task API</title>
<meta name="color-scheme" content="light dark">
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="stylesheet" href="/docs/style.css">
<link rel="icon" href="/docs/favicon-32x32.png">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`

/** A token typed into the page stays in its memory: nothing is persisted. Without a theme it follows the system. */
const start = `const dark = matchMedia('(prefers-color-scheme: dark)')
const root = document.documentElement
function follow() {
  if (!root.dataset.theme) root.classList.toggle('dark-mode', dark.matches)
}
dark.addEventListener('change', follow)
follow()
SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  persistAuthorization: false,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis],
})
`

const assets: Readonly<Record<string, string>> = {
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'swagger-ui.css': 'text/css; charset=utf-8',
  'favicon-32x32.png': 'image/png',
}

export function addDocsRoutes(app: App): void {
  app.get('/docs', function docsHandler(c) {
    c.header('Content-Security-Policy', policy)
    const theme = c.req.query('theme')
    return c.html(renderPage(theme === 'light' || theme === 'dark' ? theme : null))
  })
  app.get('/docs/start.js', function docsStartHandler(c) {
    return c.body(start, 200, { 'Content-Type': 'text/javascript; charset=utf-8' })
  })
  app.get('/docs/style.css', function docsStyleHandler(c) {
    return c.body(docsStyle, 200, { 'Content-Type': 'text/css; charset=utf-8' })
  })
  for (const [name, type] of Object.entries(assets)) {
    const load = once(() => loadAsset(name))
    app.get(`/docs/${name}`, async function docsAssetHandler(c) {
      const { bytes, etag } = await load()
      c.header('ETag', etag)
      c.header('Cache-Control', 'public, max-age=3600')
      if (c.req.header('If-None-Match') === etag) return c.body(null, 304)
      return c.body(bytes, 200, { 'Content-Type': type })
    })
  }
}

interface Asset {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly etag: string
}

async function loadAsset(name: string): Promise<Asset> {
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
  const bytes = new Uint8Array(await readFile(join(folder, name)))
  const digest = createHash('sha256').update(bytes).digest('base64url')
  return { bytes, etag: `"${digest.slice(0, 22)}"` }
}

/** Reads each file at most once, and only when somebody looks at the page. */
function once<Value>(load: () => Promise<Value>): () => Promise<Value> {
  let loading: Promise<Value> | undefined
  return () => {
    loading ??= load()
    return loading
  }
}
