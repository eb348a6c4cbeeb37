import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { RookeryError } from '@rookery/sdk/protocol'
import { createAddressJudge } from './addresses.ts'
import { AnswerTooLargeError, exchange, type ExchangeAnswer } from './exchange.ts'
import { answeredHeaders, judgeHeaders, lowerNames, withoutBodyHeaders, withoutHostHeaders } from './headers.ts'
import { coversHost, hostOf } from './host-pattern.ts'

export interface EgressRequest {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Buffer | undefined
}

export interface EgressLimits {
  /** Patterns of hosts, also of those to which an answer leads on. */
  readonly hosts: readonly string[]
  /** For everything together. */
  readonly timeoutMs: number
  readonly maximumBytes: number
  /** Hears of each host before it is connected to. */
  readonly onHost?: (host: string) => void
}

export interface EgressAnswer {
  /** Where the answer came from in the end. */
  readonly url: string
  readonly status: number
  /** Names in lower case; several cookies in lines of `set-cookie`. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** The one way out of this server to addresses that plugins or people choose. */
export interface Egress {
  /** Throws `host_not_allowed`, `request_failed` or `invalid_input`. */
  fetch(request: EgressRequest, limits: EgressLimits): Promise<EgressAnswer>
}

interface EgressDependencies {
  readonly allowedPrivateAddresses: readonly string[]
  /** All addresses of a host. */
  readonly resolve?: (hostname: string) => Promise<readonly string[]>
}

const maximumRedirects = 5
const maximumUrlLength = 8000
const maximumAddresses = 3
const isRedirect: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])
const isUnreached: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL', 'ETIMEDOUT'])
const askSystem = async (hostname: string): Promise<string[]> => (await lookup(hostname, { all: true })).map(({ address }) => address)

export function createEgress({ allowedPrivateAddresses, resolve = askSystem }: EgressDependencies): Egress {
  const isReachable = createAddressJudge(allowedPrivateAddresses)

  const parse = (text: string, base?: URL): URL => {
    const url = text.length <= maximumUrlLength ? URL.parse(text, base) : null
    if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:') || url.hostname === '') throw new RookeryError('invalid_input', { field: 'url', reason: 'it is no http or https address' })
    if (url.username !== '' || url.password !== '') throw new RookeryError('invalid_input', { field: 'url', reason: 'names and passwords do not belong into it' })
    return url
  }

  /** Asked once: what is connected to is what was judged. */
  const addressesOf = async ({ hostname }: URL, host: string): Promise<readonly string[]> => {
    const literal = hostname.replace(/^\[|\]$/g, '')
    const addresses = isIP(literal) ? [literal] : await resolve(hostname.replace(/\.$/, ''))
    const reachable = addresses.filter(isReachable)
    if (reachable.length === 0) throw new RookeryError('host_not_allowed', { host, reason: 'its address is not public' })
    return reachable.slice(0, maximumAddresses)
  }

  const ask = async (url: URL, { method, headers, body }: EgressRequest, { hosts, maximumBytes, onHost }: EgressLimits, signal: AbortSignal): Promise<ExchangeAnswer> => {
    const host = hostOf(url)
    if (!hosts.some((pattern) => coversHost(pattern, host))) throw new RookeryError('host_not_allowed', { host: url.hostname, reason: 'it is not among those that were granted' })
    onHost?.(url.hostname)
    const addresses = await untilAborted(addressesOf(url, url.hostname), signal)
    for (const [index, address] of addresses.entries()) {
      try {
        return await exchange({ url, address, method, headers, body, maximumBytes, signal })
      } catch (error) {
        const isLast = index === addresses.length - 1
        // Nothing was sent yet: another address of the same host may answer.
        if (isLast || !isUnreached.has((error as NodeJS.ErrnoException).code)) throw error
      }
    }
    throw new Error('it has no address')
  }

  const follow = async (request: EgressRequest, limits: EgressLimits, signal: AbortSignal): Promise<EgressAnswer> => {
    let url = parse(request.url)
    let sent: EgressRequest = { ...request, headers: lowerNames(request.headers) }
    for (let redirects = 0; ; redirects += 1) {
      const answer = await ask(url, sent, limits, signal).catch((error: unknown) => { throw explain(error, url, limits) })
      const { location } = answer.headers
      if (!isRedirect.has(answer.status) || location === undefined) return { url: url.href, status: answer.status, headers: answeredHeaders(answer.headers), body: answer.body }
      if (redirects === maximumRedirects) throw new RookeryError('request_failed', { host: url.hostname, reason: `it leads on more than ${maximumRedirects} times` })
      const next = parse(location, url)
      if (url.protocol === 'https:' && next.protocol === 'http:') throw new RookeryError('request_failed', { host: url.hostname, reason: 'it leads from https to http' })
      const isRead = answer.status === 303 ? sent.method !== 'HEAD' : (answer.status === 301 || answer.status === 302) && sent.method === 'POST'
      if (isRead) sent = { ...sent, method: 'GET', body: undefined, headers: withoutBodyHeaders(sent.headers) }
      if (next.origin !== url.origin) sent = { ...sent, headers: withoutHostHeaders(sent.headers) }
      url = next
    }
  }

  return {
    async fetch(request, limits) {
      const strange = judgeHeaders(request.headers)
      if (strange !== undefined) throw new RookeryError('invalid_input', { field: 'headers', reason: `${strange.slice(0, 100)} may not be sent` })
      return follow(request, limits, AbortSignal.timeout(limits.timeoutMs))
    },
  }
}

const untilAborted = <Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> => new Promise((resolve, reject) => {
  const abort = (): void => { reject(signal.reason as Error) }
  signal.addEventListener('abort', abort, { once: true })
  work.then(resolve, reject).finally(() => { signal.removeEventListener('abort', abort) })
})

/** In words that tell a plugin nothing of this network. */
function explain(error: unknown, { hostname }: URL, { timeoutMs }: EgressLimits): unknown {
  if (error instanceof RookeryError) return error
  const { code, name, message } = error as NodeJS.ErrnoException
  const fail = (reason: string): RookeryError => new RookeryError('request_failed', { host: hostname, reason }, { cause: error })
  if (name === 'TimeoutError' || name === 'AbortError' || code === 'ABORT_ERR') return fail(`it did not answer within ${timeoutMs} milliseconds`)
  if (error instanceof AnswerTooLargeError) return fail(message)
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return fail('there is no such host')
  if (typeof code === 'string' && /CERT|SELF_SIGNED|ISSUER|ALTNAME/.test(code)) return fail('its certificate is not trusted')
  if (code === 'EPROTO' || (typeof code === 'string' && code.startsWith('ERR_SSL'))) return fail('it does not speak TLS')
  if (typeof code === 'string' && code.startsWith('HPE_')) return fail('it does not speak HTTP')
  return fail('it cannot be reached')
}
