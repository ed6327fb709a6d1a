/** Runs a bundle in the edge runtime that Next.js uses, and prints the port. */
import { readFileSync } from 'node:fs'
import { EdgeRuntime, runServer } from 'edge-runtime'

const runtime = new EdgeRuntime({
  initialCode: readFileSync(process.argv[2], 'utf8'),
  extend(context) {
    // As in Next.js, where reaching for anything of Node throws, and the environment can be read.
    context.process = new Proxy(
      { env: { NODE_ENV: 'production' } },
      {
        get(target, name) {
          if (name in target) return target[name]
          throw new Error(`A Node.js API is used (process.${String(name)})`)
        },
      },
    )
    return context
  },
})
const server = await runServer({ runtime, host: '127.0.0.1', port: 0 })
console.log(`PORT ${new URL(server.url).port}`)
