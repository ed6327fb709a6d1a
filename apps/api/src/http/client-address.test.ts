import type { IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'
import { createAddressReader } from './client-address.js'

describe('the address of a client', () => {
  it.each([
    ['203.0.113.1', undefined, '203.0.113.1', 'a stranger without a header'],
    ['203.0.113.1', '198.51.100.1', '203.0.113.1', 'a stranger who makes one up'],
    ['::ffff:203.0.113.1', undefined, '203.0.113.1', 'IPv4 inside IPv6'],
    ['127.0.0.1', '203.0.113.1', '203.0.113.1', 'a trusted proxy'],
    ['::1', '203.0.113.1', '203.0.113.1', 'a trusted proxy over IPv6'],
    ['127.0.0.1', '198.51.100.1, 203.0.113.1', '203.0.113.1', 'a claim before what the proxy saw'],
    ['127.0.0.1', '203.0.113.1, 10.1.2.3', '203.0.113.1', 'two trusted proxies'],
    ['127.0.0.1', 'unknown, 10.1.2.3', '10.1.2.3', 'a hop that is no address'],
    ['127.0.0.1', undefined, '127.0.0.1', 'a trusted peer without a header'],
    ['2001:db8:1:2:3:4:5:6', undefined, '32.1.13.184.0.1.0.2/64', 'IPv6 by its first 64 bits'],
    ['127.0.0.1', '[2001:db8:1:2::9]:4711', '32.1.13.184.0.1.0.2/64', 'IPv6 with a port'],
  ])('of %s with X-Forwarded-For %s is %s: %s', (peer, header, expected, _) => {
    const read = createAddressReader({
      trustedProxies: ['loopback', '10.0.0.0/8'],
      onUnnamedProxy: () => expect.unreachable(),
    })
    expect(read(from(peer, header))).toBe(expected)
  })

  it('is unknown behind a private peer that nobody named, which is reported once', () => {
    const reported: string[] = []
    const read = createAddressReader({
      trustedProxies: ['loopback', '10.0.0.1'],
      onUnnamedProxy: (address) => reported.push(address),
    })
    expect(read(from('10.0.0.2', '203.0.113.1'))).toBeNull()
    expect(read(from('10.0.0.2', '203.0.113.2'))).toBeNull()
    expect(reported).toEqual(['10.0.0.2'])
    expect(read(from('10.0.0.1', '203.0.113.1'))).toBe('203.0.113.1')
    // Somebody in the same network who forwards nothing is a client like any other.
    expect(read(from('10.0.0.2', undefined))).toBe('10.0.0.2')
  })
})

/** Of a request, only this is looked at. */
function from(remoteAddress: string, header: string | undefined): IncomingMessage {
  return {
    socket: { remoteAddress },
    headers: header === undefined ? {} : { 'x-forwarded-for': header },
  } as unknown as IncomingMessage
}
