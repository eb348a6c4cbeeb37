import { request as requestPlain, type IncomingMessage } from 'node:http'
import { request as requestSealed } from 'node:https'
import { isIP } from 'node:net'

export interface Exchange {
  readonly url: URL
  /** Resolved and judged: nothing else is connected to. */
  readonly address: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | undefined
  readonly maximumBytes: number
  readonly signal: AbortSignal
}

export interface ExchangeAnswer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

/** The answer is larger than it may be. */
export class AnswerTooLargeError extends Error {
  override readonly name = 'AnswerTooLargeError'
}

const maximumHeaderBytes = 32 * 1024

/** One request and its answer, over a connection of its own. */
export const exchange = ({ url, address, method, headers, body, maximumBytes, signal }: Exchange): Promise<ExchangeAnswer> => new Promise((resolve, reject) => {
  const isSealed = url.protocol === 'https:'
  const hostname = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  const asking = (isSealed ? requestSealed : requestPlain)({
    host: address, port: url.port || (isSealed ? 443 : 80), path: `${url.pathname}${url.search}`, method, signal, agent: false, maxHeaderSize: maximumHeaderBytes,
    // The certificate must be for the name, though the connection goes to an address.
    ...(isSealed && isIP(hostname) === 0 && { servername: hostname }),
    // Packed answers could grow without bounds while they are unpacked.
    headers: { ...headers, host: url.host, 'accept-encoding': 'identity', ...((body || method === 'POST' || method === 'PUT' || method === 'PATCH') && { 'content-length': String(body?.length ?? 0) }) },
  }, (answer) => {
    const parts: Buffer[] = []
    let bytes = 0
    const tooLarge = (): void => { asking.destroy(new AnswerTooLargeError(`the answer has more than ${maximumBytes} bytes`)) }
    if (method !== 'HEAD' && Number(answer.headers['content-length'] ?? 0) > maximumBytes) { tooLarge(); return }
    answer.on('data', (part: Buffer) => {
      bytes += part.length
      if (bytes > maximumBytes) tooLarge()
      else parts.push(part)
    })
    answer.on('end', () => { resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(parts) }) })
    answer.on('error', reject)
  })
  asking.on('error', reject)
  asking.end(body)
})
