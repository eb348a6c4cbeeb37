import { Type } from 'typebox'
import { Fields, limitsOf, OneOf, RookeryError, Text } from '@rookery/sdk/protocol'
import type { Egress } from '../../egress/index.ts'
import { capabilityMethod, type CapabilityMethod } from './capability-method.ts'
import { createRequestsUnderWay } from './requests-under-way.ts'

const maximumAnswerBytes = 5 * 1024 * 1024
const maximumBodyBytes = 5 * 1024 * 1024
const standardTimeoutMs = 10_000
const maximumHosts = 200

/** Half of them where there are others to leave places for. */
const atOnceOfHost = (atOnce: number, hosts: readonly string[]): number => (hosts.length === 1 && !hosts[0]?.startsWith('*') ? atOnce : Math.ceil(atOnce / 2))

/** Requests to other servers, through the one door that there is. */
export function createHttpMethods({ egress }: { egress: Egress }): CapabilityMethod[] {
  const underWay = createRequestsUnderWay()
  return [
    capabilityMethod({
      name: 'http.fetch', capability: 'http', isUnordered: true,
      // It waits for another server, which is counted by itself; meanwhile it takes nobody's place.
      goesAhead: () => true,
      input: Fields({
        url: Text(8000), method: Type.Optional(OneOf('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS')),
        headers: Type.Optional(Type.Record(Text(100), Text(8000), { maxProperties: 50 })),
        body: Type.Optional(Text(Math.ceil(maximumBodyBytes * 4 / 3) + 4)), bodyEncoding: Type.Optional(OneOf('utf8', 'base64')),
        timeoutMs: Type.Optional(Type.Integer({ minimum: 1, maximum: 30_000 })),
      }),
      async handle({ plugin, grant, quota, usage }, { url, method = 'GET', headers = {}, body, bodyEncoding = 'utf8', timeoutMs = standardTimeoutMs }) {
        quota.take('requests')
        quota.take('bytes read or written', body?.length ?? 0)
        const bytes = body === undefined ? undefined : Buffer.from(body, bodyEncoding)
        if (bytes && bytes.length > maximumBodyBytes) throw new RookeryError('body_too_large', { limitBytes: maximumBodyBytes })
        const hosts = grant.hosts ?? plugin.manifest.capabilities['http']?.hosts ?? []
        const { requestsAtOnce: atOnce } = limitsOf(plugin.manifest)
        const asking = underWay.begin(plugin.id, { atOnce, ofHost: atOnceOfHost(atOnce, hosts) })
        try {
          const answer = await egress.fetch({ url, method, headers, body: bytes }, {
            hosts, timeoutMs, maximumBytes: maximumAnswerBytes,
            onHost(host) {
              asking.moveTo(host)
              if (Object.hasOwn(usage.requestsByHost, host) || Object.keys(usage.requestsByHost).length < maximumHosts) usage.requestsByHost[host] = Number(Object.hasOwn(usage.requestsByHost, host) && usage.requestsByHost[host]) + 1
            },
          })
          quota.spend('bytes read or written', answer.body.length)
          return { url: answer.url, status: answer.status, headers: answer.headers, ...readable(answer.body) }
        } finally {
          asking.end()
        }
      },
    }),
  ]
}

/** Text where it is UTF-8, else base64. */
function readable(bytes: Buffer): { body: string, bodyEncoding: 'utf8' | 'base64' } {
  try {
    return { body: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes), bodyEncoding: 'utf8' }
  } catch {
    return { body: bytes.toString('base64'), bodyEncoding: 'base64' }
  }
}
