import { expect, it } from 'vitest'
import { readClientAddress } from './client-address.js'

it.each([
  ['nobody in between', undefined, '203.0.113.7', '203.0.113.7'],
  ['a caller who makes up a chain', '198.51.100.1, 10.0.0.1', '203.0.113.7', '203.0.113.7'],
  ['a proxy on this machine', '203.0.113.7', '127.0.0.1', '203.0.113.7'],
  ['a proxy on this machine, written as IPv6', '203.0.113.7', '::ffff:127.0.0.1', '203.0.113.7'],
  ['two proxies on a private network', '203.0.113.7, 10.1.2.3', '172.18.0.2', '203.0.113.7'],
  [
    'a made-up address in front of the proxy',
    '198.51.100.1, 203.0.113.7',
    '10.0.0.2',
    '203.0.113.7',
  ],
  ['a public proxy, which is all that is known', '203.0.113.7', '198.51.100.9', '198.51.100.9'],
  ['a browser on this machine', undefined, '::1', '::1'],
  ['a browser on this network behind a proxy', '192.168.1.20', '127.0.0.1', '192.168.1.20'],
  ['rubbish in front of the proxy', 'unknown, 203.0.113.7', '127.0.0.1', '203.0.113.7'],
  ['nothing but rubbish', 'unknown', '127.0.0.1', '127.0.0.1'],
  ['an IPv6 client behind a proxy', '2001:db8::1', 'fd00::2', '2001:db8::1'],
])('finds the client behind %s', (_, forwardedFor, peer, address) => {
  expect(readClientAddress(forwardedFor, peer)).toBe(address)
})
