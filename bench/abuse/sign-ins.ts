/** Two hundred sign-ins in flight from two hundred addresses, each of which wants a password hashed. */
import type { Bar } from '../table.js'
import { toLine, watch } from './bystander.js'
import { startStorm } from './storm.js'
import { password, startWebStage, toStranger, toText, type WebStage } from './web-stage.js'

const IDLE_MS = 6000
const ATTACK_MS = 15_000
const IN_FLIGHT = 200
const SIGN_OUTS = 6

export async function attackBySigningIn(): Promise<readonly Bar[]> {
  const stage = await startWebStage()
  try {
    const member = await stage.signUp()
    const asked = [
      { name: '/token', path: '/api/auth/token', headers: member.headers },
      { name: '/jwks', path: '/api/auth/jwks' },
      { name: 'the feed', path: '/api/auth/revocations/manifest' },
      { name: '/sign-in', path: '/sign-in' },
    ]
    await stage.warm()
    await watch(stage.webPort, asked, 2000)
    const before = await watch(stage.webPort, asked, IDLE_MS)
    for (const [name, noticed] of before) console.log(toLine(`${name}, before`, noticed))
    const leavers = await Promise.all(Array.from({ length: SIGN_OUTS }, () => stage.signUp()))
    const tokens = await Promise.all(leavers.map((one) => one.readToken()))
    const requests = Array.from({ length: 4000 }, (_, index) =>
      toText(
        'POST',
        '/api/auth/sign-in/email',
        {
          'Content-Type': 'application/json',
          'X-Forwarded-For': toStranger(index % IN_FLIGHT),
          Origin: stage.webUrl,
        },
        JSON.stringify({ email: `person-${index}@example.com`, password }),
      ),
    )
    const storm = await startStorm({
      port: stage.webPort,
      requests,
      inFlight: IN_FLIGHT,
      pause: 100,
    })
    const waits: number[] = []
    const watched = watch(stage.webPort, asked, ATTACK_MS)
    for (const [index, leaver] of leavers.entries()) {
      await new Promise((resolve) => setTimeout(resolve, ATTACK_MS / (SIGN_OUTS + 2)))
      const answer = await leaver.signOut()
      if (!answer.ok) throw new Error(`signing out was answered with ${answer.status}`)
      waits.push(await untilRefused(stage, tokens[index] ?? ''))
    }
    const during = await watched
    console.log(`  sign-ins were answered: ${JSON.stringify(await storm.stop())}`)
    for (const [name, noticed] of during) console.log(toLine(`${name}, during`, noticed))
    const latest = Math.max(...waits)
    const bar = (name: string, measured: number, asked: number, unit = 'ms'): Bar => ({
      name,
      measured,
      asked,
      unit,
      atMost: true,
    })
    const failures = [...during.values()].reduce((sum, one) => sum + one.failures, 0)
    return [
      bar('p99 of /token', during.get('/token')?.p99 ?? Number.NaN, 150),
      bar('p99 of /jwks', during.get('/jwks')?.p99 ?? Number.NaN, 100),
      bar('the longest that a signed-out token was accepted', latest, 2000),
      bar('failures of somebody else', failures, 0, ''),
    ]
  } finally {
    await stage.stop()
  }
}

/** Milliseconds until both processes of the API refuse a token. */
async function untilRefused({ apiUrls }: WebStage, token: string): Promise<number> {
  const began = performance.now()
  for (const url of apiUrls) {
    while (performance.now() - began < 30_000) {
      const answer = await fetch(`${url}/api/me`, { headers: { Authorization: `Bearer ${token}` } })
      await answer.text()
      if (answer.status === 401) break
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  return performance.now() - began
}
