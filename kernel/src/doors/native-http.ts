import type { Request, ResponseObject, ResponseToolkit } from '@hapi/hapi'
import { RookeryError, type ErrorAnswer, type Operation } from '@rookery/sdk/protocol'
import type { Operations } from '../operations/index.ts'
import type { Log } from '../telemetry/index.ts'
import { asRookeryError } from './errors.ts'
import type { HttpServer } from './http-server.ts'
import { parseJson } from './json-body.ts'

const prefix = '/api/v1/'
const maximumBodyBytes = 2 * 1024 * 1024

/** The native door: every operation at /api/v1/<name>, POST with JSON, and GET for those that change nothing. */
export function openNativeHttp({ http, operations, log }: { http: HttpServer, operations: Operations, log: Log }): void {
  const answer = (reply: ResponseToolkit, value: unknown, status = 200): ResponseObject =>
    reply.response(JSON.stringify(value)).code(status).type('application/json').charset('') as ResponseObject

  const renderError = (error: RookeryError, request: Request, reply: ResponseToolkit): ResponseObject => {
    const { code, message, details } = error
    const body: ErrorAnswer = { error: { code, message, details, requestId: http.requestId(request) } }
    const response = answer(reply, body, error.status)
    if (typeof details['retryAfterSeconds'] === 'number') response.header('Retry-After', String(details['retryAfterSeconds']))
    return response.takeover()
  }
  http.addDoor({ prefix: '/api/v1', renderError })

  const input = (request: Request, operation: Operation): unknown => {
    if (request.method === 'get') return fromQuery(request.query as Record<string, string | string[]>, operation)
    const type = String(request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase()
    const bytes = request.payload as Buffer | null
    if (!bytes || bytes.length === 0) return {}
    if (type !== 'application/json') throw new RookeryError('unsupported_media_type', { contentType: type?.slice(0, 100) ?? '' })
    return parseJson(bytes)
  }

  const handle = (operation: Operation) => async (request: Request, reply: ResponseToolkit): Promise<ResponseObject> => {
    try {
      const { authorization } = request.raw.req.headers
      const token = /^bearer (\S+)$/i.exec(authorization ?? '')?.[1]
      const { context } = await http.caller(request, token)
      return answer(reply, await operations.dispatch(operation, context, input(request, operation)))
    } catch (error) {
      return renderError(asRookeryError(error, http.requestId(request), log), request, reply)
    }
  }

  for (const operation of operations.all) {
    if (operation.kind !== 'value') continue
    const path = `${prefix}${operation.name}`
    http.hapi.route({ method: 'POST', path, handler: handle(operation), options: { payload: { parse: false, output: 'data', maxBytes: maximumBodyBytes } } })
    if (operation.safe) http.hapi.route({ method: 'GET', path, handler: handle(operation) })
  }
  const refuseRest = (request: Request, reply: ResponseToolkit): ResponseObject => {
    const isKnown = operations.find(request.path.slice(prefix.length)) !== undefined
    return renderError(isKnown ? new RookeryError('method_not_allowed', { method: request.method.toUpperCase() }) : new RookeryError('unknown_operation'), request, reply)
  }
  http.hapi.route({ method: '*', path: `${prefix}{rest*}`, handler: refuseRest, options: { payload: { parse: false, output: 'stream', maxBytes: maximumBodyBytes } } })
  // By its own name as well, or the page that answers every other GET would win.
  http.hapi.route({ method: 'GET', path: `${prefix}{rest*}`, handler: refuseRest })
}

/** GET carries strings: numbers, truth values and lists are read by what the schema wants. */
function fromQuery(query: Record<string, string | string[]>, operation: Operation): Record<string, unknown> {
  const properties = (operation.input as { properties?: Record<string, { type?: string }> }).properties ?? {}
  const value = (text: string, type: string | undefined): unknown => {
    if (type === 'integer' || type === 'number') return /^-?\d+$/.test(text) ? Number(text) : text
    if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text
    return text
  }
  return Object.fromEntries(Object.entries(query).map(([name, raw]) => {
    const { type } = properties[name] ?? {}
    if (type === 'array') return [name, Array.isArray(raw) ? raw : raw.split(',').filter((part) => part !== '')]
    return [name, typeof raw === 'string' ? value(raw, type) : raw]
  }))
}
