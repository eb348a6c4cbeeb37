import { request as requestHttp, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import type { ErrorAnswer } from '../protocol/index.ts'
import { textOf, UsageError, type Asked, type Surroundings } from './command.ts'

export interface Sending {
  readonly query?: URLSearchParams
  readonly contentType: string
  readonly bytes: Uint8Array
}

/** A server that is asked for operations: over the socket in its data folder, as its local admin, or at an address with a token. */
export interface ServerLink {
  /** Throws what the server refused with, in its own words. */
  ask(operation: string, sending: Sending): Promise<Buffer>
  askJson<Answer>(operation: string, input?: object): Promise<Answer>
  upload<Answer>(operation: string, query: URLSearchParams, bytes: Uint8Array, contentType?: string): Promise<Answer>
}

/** What the server refused with. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
  readonly code: string
  readonly details: Readonly<Record<string, unknown>>

  constructor({ code, message, details }: { readonly code: string, readonly message: string, readonly details: Readonly<Record<string, unknown>> }) {
    super(message)
    this.code = code
    this.details = details
  }
}

export const serverOptions = { url: { type: 'string' }, token: { type: 'string' } } as const

interface Target {
  readonly url: string
  readonly socketPath?: string
  readonly token?: string
}

/** A token leads to an address; without one it is the socket in the data folder of this machine's server. */
export function linkOf({ options }: Asked, { environment }: Pick<Surroundings, 'environment'>): ServerLink {
  const url = textOf(options['url'])
  const token = textOf(options['token']) ?? environment['ROOKERY_TOKEN']
  if (token !== undefined) return createServerLink({ url: url ?? environment['ROOKERY_URL'] ?? 'http://localhost:8065', token })
  if (url !== undefined) throw new UsageError('Name the token of an admin with --token, or in ROOKERY_TOKEN.')
  return createServerLink({ url: 'http://localhost', socketPath: socketOf(environment['ROOKERY_DATA'] ?? './data') })
}

export const socketOf = (dataFolder: string): string => path.resolve(dataFolder, 'rookery.sock')

export function createServerLink({ url, socketPath, token }: Target): ServerLink {
  const send = (operation: string, { query, contentType, bytes }: Sending): Promise<IncomingMessage> => new Promise((resolve, reject) => {
    const target = new URL(`${url.replace(/\/+$/, '')}/api/v1/${operation}${query && query.size > 0 ? `?${query}` : ''}`)
    const request = (target.protocol === 'https:' ? requestHttps : requestHttp)(target, {
      method: 'POST', agent: false, ...(socketPath !== undefined && { socketPath }),
      headers: { 'Content-Type': contentType, 'Content-Length': bytes.length, ...(token !== undefined && { Authorization: `Bearer ${token}` }) },
    }, resolve)
    request.once('error', (error: NodeJS.ErrnoException) => { reject(new Error(unreachable({ url, ...(socketPath !== undefined && { socketPath }) }, error), { cause: error })) })
    request.end(bytes)
  })
  const link: ServerLink = {
    async ask(operation, sending) {
      const answer = await send(operation, sending)
      const bytes = await buffer(answer)
      const { statusCode = 0 } = answer
      if (statusCode < 400) return bytes
      const { error } = readJson(bytes) as Partial<ErrorAnswer>
      throw error ? new RefusedError(error) : new Error(`The server answered ${statusCode}.`)
    },
    async askJson<Answer>(operation: string, input: object = {}) {
      return readJson(await link.ask(operation, { contentType: 'application/json', bytes: Buffer.from(JSON.stringify(input)) })) as Answer
    },
    async upload<Answer>(operation: string, query: URLSearchParams, bytes: Uint8Array, contentType = 'application/zip') {
      return readJson(await link.ask(operation, { query, contentType, bytes })) as Answer
    },
  }
  return link
}

const unreachable = ({ url, socketPath }: Target, error: NodeJS.ErrnoException): string => {
  if (socketPath === undefined) return `There is no answer from ${url} (${error.code ?? error.message}).`
  if (error.code === 'EACCES') return `Only who runs the server may use ${socketPath}; others name it with --url and --token.`
  return `No server runs in ${path.dirname(socketPath)}: name its data folder in ROOKERY_DATA, or its address and a token with --url and --token.`
}

function readJson(bytes: Buffer): object {
  try {
    return Object(JSON.parse(bytes.toString())) as object
  } catch {
    return {}
  }
}
