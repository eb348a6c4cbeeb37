import type { IncomingHttpHeaders } from 'node:http'

/** What may be said to a stranger: nothing that frames the message or names another host. */
const known: ReadonlySet<string> = new Set([
  'accept', 'accept-language', 'api-key', 'apikey', 'authorization', 'cache-control', 'content-disposition', 'content-language', 'content-type', 'cookie', 'date', 'depth', 'digest', 'dpop', 'etag', 'idempotency-key',
  'if-match', 'if-modified-since', 'if-none-match', 'if-unmodified-since', 'last-event-id', 'link', 'origin', 'pragma', 'prefer', 'range', 'referer', 'signature', 'signature-input', 'slug', 'soapaction', 'traceparent', 'tracestate', 'user-agent', 'want-digest',
])
const vendor = /^(?:x-[a-z0-9-]+|[a-z0-9-]+-(?:version|token|key|signature|id|secret))$/
/** Those belong to one connection, or were undone. */
const ofConnection: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'proxy-authenticate', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'content-length'])
/** Sent to one host, they are no business of another. */
const ofHost: readonly string[] = ['apikey', 'authorization', 'cookie', 'dpop', 'origin', 'referer', 'signature']
const value = /^[\t\x20-\x7e\x80-\xff]*$/

/** Names in lower case; answers the first that may not be sent. */
export function judgeHeaders(headers: Readonly<Record<string, string>>): string | undefined {
  return Object.entries(headers).find(([name, text]) => {
    const lower = name.toLowerCase()
    // Proxies take some of X-Forwarded-* for the truth.
    return !(known.has(lower) || vendor.test(lower)) || lower.startsWith('x-forwarded-') || lower === 'x-real-ip' || !value.test(text)
  })?.[0]
}

export const lowerNames = (headers: Readonly<Record<string, string>>): Record<string, string> => Object.fromEntries(Object.entries(headers).map(([name, text]) => [name.toLowerCase(), text.trim()]))

export const withoutHostHeaders = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !ofHost.includes(name) && !/-(?:token|key|signature|secret)$/.test(name)))

export const withoutBodyHeaders = (headers: Readonly<Record<string, string>>): Record<string, string> => Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('content-')))

export const answeredHeaders = (headers: IncomingHttpHeaders): Record<string, string> => Object.fromEntries(Object.entries(headers)
  .filter(([name, text]) => text !== undefined && !ofConnection.has(name)).map(([name, text]) => [name, Array.isArray(text) ? text.join('\n') : String(text)]))
