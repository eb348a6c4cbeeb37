import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import type { Settings } from '../config/index.ts'

/** Where a request really comes from. Headers of proxies count only from proxies that the admin named. */
export interface ClientAddress {
  of(request: IncomingMessage): string
  /** Whether the client speaks TLS, with us or with a proxy. */
  isSecure(request: IncomingMessage): boolean
}

const plain = (address: string): string => address.trim().replace(/^::ffff:/, '')

export function createClientAddress(settings: Pick<Settings, 'trustedProxies' | 'url'>): ClientAddress {
  const proxies = new Set(settings.trustedProxies.map(plain))
  const direct = (request: IncomingMessage): string => plain(request.socket.remoteAddress ?? '')
  return {
    of(request) {
      if (proxies.size === 0) return direct(request)
      const told = String(request.headers['x-forwarded-for'] ?? '').slice(-1000).split(',').map(plain)
      let address = direct(request)
      // Each trusted proxy vouches for the one before it; whatever stands further left anybody may have written.
      for (let next = told.pop(); next !== undefined && proxies.has(address) && isIP(next); next = told.pop()) address = next
      return address
    },
    isSecure(request) {
      const told = proxies.has(direct(request)) ? request.headers['x-forwarded-proto'] : undefined
      return told === undefined ? settings.url.startsWith('https:') : told === 'https'
    },
  }
}
