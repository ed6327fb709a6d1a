import { createVerifier } from '../src/index.js'
import type { ProtectedApi, TestIssuer } from '../src/testing/index.js'
import { type Adapter, adapters, type Received } from './_adapters.js'
import { describeHostileCases } from './_hostile.js'

for (const adapter of adapters) {
  describeHostileCases(adapter.name, (issuer) => startApi(adapter, issuer))
}

async function startApi(adapter: Adapter, issuer: TestIssuer): Promise<ProtectedApi> {
  const verifier = createVerifier(issuer.options)
  const api = await adapter.start(verifier)
  return {
    async send({ headers, query }) {
      const path = query === undefined ? '/api/me' : `/api/me?${query}`
      return toAnswer(await api.send({ headers, path }))
    },
    close() {
      verifier.close()
      return api.close()
    },
  }
}

function toAnswer({ status, headers, text }: Received) {
  const { code }: { code?: string } = JSON.parse(text)
  return { status, code: code ?? null, challenge: headers['www-authenticate'] ?? null }
}
