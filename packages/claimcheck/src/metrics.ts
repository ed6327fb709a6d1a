/** What a verifier counts, for Prometheus. prom-client is an optional peer that only this entry point loads. */
import { Counter, Gauge, type Registry } from 'prom-client'
import type { Verifier } from './verifier.js'

/**
 * Adds the figures of a verifier to a registry; they are read when they are asked for.
 *
 * `claimcheck_tokens_total` by `outcome` (`accepted` or the code of the refusal), `claimcheck_checks_total` by
 * `signature` (`remembered` or `computed`), `claimcheck_remembered_signatures`, and by `issuer`, as its place in the
 * options: `claimcheck_keys_age_seconds`, `claimcheck_feed_age_seconds` (both absent before the first document),
 * `claimcheck_feed_entries`, `claimcheck_feed_degraded` (0 or 1), `claimcheck_requests_total` by `document` (`keys` or
 * `feed`). No label holds anything of a token.
 */
export function registerVerifierMetrics(
  registry: Registry,
  verifier: Pick<Verifier, 'stats'>,
): void {
  const registers = [registry]
  new Counter({
    name: 'claimcheck_tokens_total',
    help: 'Tokens judged, by outcome: accepted, or the code of the refusal.',
    labelNames: ['outcome'],
    registers,
    collect() {
      const { accepted, refused } = verifier.stats()
      this.reset()
      this.inc({ outcome: 'accepted' }, accepted)
      for (const [outcome, count] of Object.entries(refused)) this.inc({ outcome }, count)
    },
  })
  new Counter({
    name: 'claimcheck_checks_total',
    help: 'Signatures asked for: remembered, or computed because they were not.',
    labelNames: ['signature'],
    registers,
    collect() {
      const { hits, misses } = verifier.stats().cache
      this.reset()
      this.inc({ signature: 'remembered' }, hits)
      this.inc({ signature: 'computed' }, misses)
    },
  })
  new Counter({
    name: 'claimcheck_requests_total',
    help: 'Requests made to an issuer, by what was asked for.',
    labelNames: ['issuer', 'document'],
    registers,
    collect() {
      const { keys, revocations } = verifier.stats()
      this.reset()
      for (const [issuer, { requests }] of keys.entries()) {
        this.inc({ issuer: String(issuer), document: 'keys' }, requests)
      }
      for (const [issuer, { requests }] of revocations.entries()) {
        this.inc({ issuer: String(issuer), document: 'feed' }, requests)
      }
    },
  })
  new Gauge({
    name: 'claimcheck_remembered_signatures',
    help: 'Signatures that need no second check.',
    registers,
    collect() {
      this.set(verifier.stats().cache.size)
    },
  })
  addGauge('claimcheck_keys_age_seconds', 'Seconds since the keys were fetched.', ({ keys }) =>
    keys.map(({ age }) => toSeconds(age)),
  )
  addGauge('claimcheck_feed_age_seconds', 'Seconds since the revocations were fetched.', (stats) =>
    stats.revocations.map(({ age }) => toSeconds(age)),
  )
  addGauge('claimcheck_feed_entries', 'Sessions and people that are refused.', (stats) =>
    stats.revocations.map(({ size }) => size),
  )
  addGauge('claimcheck_feed_degraded', '1 while no fresh revocations come.', (stats) =>
    stats.revocations.map(({ isDegraded }) => Number(isDegraded)),
  )

  function addGauge(
    name: string,
    help: string,
    read: (stats: ReturnType<Verifier['stats']>) => readonly (number | null)[],
  ): void {
    new Gauge({
      name,
      help,
      labelNames: ['issuer'],
      registers,
      collect() {
        this.reset()
        for (const [issuer, value] of read(verifier.stats()).entries()) {
          if (value !== null) this.set({ issuer: String(issuer) }, value)
        }
      },
    })
  }
}

function toSeconds(milliseconds: number | null): number | null {
  return milliseconds === null ? null : milliseconds / 1000
}
