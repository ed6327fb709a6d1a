import { describe, expect, it } from 'vitest'
import { createAddressReader, toNetworks } from './client-address.js'

const networks = ['loopback', '10.0.0.0/8', '172.16.0.0/12', 'fd00::/8']

describe('the address of a client', () => {
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
    ['a browser on this network, without a proxy', undefined, '192.168.1.20', '192.168.1.20'],
    ['rubbish in front of the proxy', 'unknown, 203.0.113.7', '127.0.0.1', '203.0.113.7'],
    ['nothing but rubbish', 'unknown', '127.0.0.1', '127.0.0.1'],
    ['a number that would be an address elsewhere', '3405803783', '127.0.0.1', '127.0.0.1'],
    ['an IPv6 client behind a proxy', '2001:db8::1', 'fd00::2', '2001:db8::1'],
  ])('is found behind %s', (_, forwardedFor, peer, address) => {
    expect(createAddressReader(networks).read(forwardedFor, peer)).toEqual({
      address,
      unnamedProxy: null,
    })
  })

  it.each(['10.0.0.2', '192.168.1.1', '172.18.0.2', '100.64.0.1', 'fd00::2', 'fe80::1'])(
    'is not known behind %s where nobody named that proxy, whatever it forwards',
    (peer) => {
      const { read, isProxy } = createAddressReader(['loopback'])
      expect(read('203.0.113.7', peer)).toEqual({ address: null, unnamedProxy: peer })
      expect(isProxy(peer)).toBe(false)
    },
  )

  it('is that of this machine only where this machine is named', () => {
    const { read, isProxy } = createAddressReader(['10.0.0.1'])
    expect(read('203.0.113.7', '127.0.0.1')).toEqual({ address: null, unnamedProxy: '127.0.0.1' })
    expect(read('203.0.113.7', '10.0.0.1').address).toBe('203.0.113.7')
    expect(['127.0.0.1', '10.0.0.1', '::ffff:10.0.0.1', undefined].map(isProxy)).toEqual([
      false,
      true,
      true,
      false,
    ])
  })
})

it.each([
  ['203.0.113.7', ['203.0.113.7']],
  ['::ffff:203.0.113.7', ['::ffff:203.0.113.7']],
  ['2001:db8:1:2:3:4:5:6', ['2001:db8:1:2::/64', '2001:db8:1::/48']],
  ['2001:db8:1:2::ffff', ['2001:db8:1:2::/64', '2001:db8:1::/48']],
  ['2001:db8::1', ['2001:db8:0:0::/64', '2001:db8:0::/48']],
])('counts %s as part of its networks', (address, expected) => {
  expect(toNetworks(address)).toEqual(expected)
})
