import { BlockList, isIP, isIPv4 } from 'node:net'

/** Says whether an address may be reached: public ones, and private ones that an admin lists. */
export type AddressJudge = (address: string) => boolean

/** This network, private, shared, loopback, link-local, protocols, documentation, relays, benchmarks, multicast, reserved. */
const closed4 = [
  '0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15',
  '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4',
]
/** The part of IPv6 that is given out; all else is loopback, private, link-local, multicast, or an IPv4 address in disguise. */
const open6 = ['2000::/3']
/** Protocols (Teredo among them), documentation, 6to4. */
const closed6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']

function listOf(ranges: readonly string[], source: string): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', prefix] = range.split('/')
    const family = isIP(address)
    const bits = prefix === undefined ? (family === 4 ? 32 : 128) : Number(prefix)
    if (family === 0 || !Number.isInteger(bits) || bits < 0 || bits > (family === 4 ? 32 : 128)) throw new Error(`${source}: ${range} is neither an address nor a range such as 10.1.0.0/16.`)
    list.addSubnet(address, bits, family === 4 ? 'ipv4' : 'ipv6')
  }
  return list
}

export function createAddressJudge(allowedPrivate: readonly string[]): AddressJudge {
  const allowed = listOf(allowedPrivate, 'ROOKERY_EGRESS_ALLOWED_PRIVATE_ADDRESSES')
  const closed = listOf([...closed4, ...closed6], '')
  const open = listOf(open6, '')
  return (address) => {
    if (isIP(address) === 0 || address.includes('%')) return false
    if (isIPv4(address)) return allowed.check(address, 'ipv4') || !closed.check(address, 'ipv4')
    return allowed.check(address, 'ipv6') || (open.check(address, 'ipv6') && !closed.check(address, 'ipv6'))
  }
}
