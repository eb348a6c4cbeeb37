import { Readable } from 'node:stream'
import type { Request, ResponseObject, ResponseToolkit } from '@hapi/hapi'
import { RookeryError, type ErrorAnswer, type Operation } from '@rookery/sdk/protocol'
import type { Download, Operations } from '../operations/index.ts'
import type { Log } from '../telemetry/index.ts'
import { discardRest } from './discard-rest.ts'
import { answerDownload } from './download.ts'
import { asRookeryError, errorHeaders } from './errors.ts'
import type { HttpServer } from './http-server.ts'
import { parseJson } from './json-body.ts'
import { isMultipart } from './multipart.ts'
import { nativePrefix as prefix } from './native-prefix.ts'
import { nativeCredentialsOf } from './native-socket.ts'
import { createOpenApi } from './openapi.ts'
import { inputFromQuery } from './query-input.ts'
import { maximumStrangerBodyBytes, unreadPayload } from './read-body.ts'
import { createSessionCookies } from './session-cookie.ts'

const maximumBodyBytes = 2 * 1024 * 1024

/**
 * The native door: every operation at /api/v1/<name>. POST takes JSON, GET (for those that change nothing) the query.
 * An upload takes its input from the query and its bytes as the body, just as they are; a download answers with bytes.
 */
export function openNativeHttp({ http, operations, log, url }: { http: HttpServer, operations: Operations, log: Log, url: string }): void {
  const answer = (reply: ResponseToolkit, value: unknown, status = 200): ResponseObject =>
    reply.response(JSON.stringify(value)).code(status).type('application/json').charset('') as ResponseObject

  const renderError = (error: RookeryError, request: Request, reply: ResponseToolkit): ResponseObject => {
    const { code, details } = error
    const body: ErrorAnswer = { error: { code, message: http.tell(error, request), details, requestId: http.requestId(request) } }
    const response = answer(reply, body, error.status)
    for (const [name, value] of Object.entries(errorHeaders(error))) response.header(name, value)
    return response.takeover()
  }
  http.addDoor({ prefix: '/api/v1', renderError })
  const cookies = createSessionCookies({ http })

  const typeOf = (request: Request): string => String(request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''

  const input = async (request: Request, operation: Operation, isStranger: boolean): Promise<unknown> => {
    if (request.method !== 'post') return inputFromQuery(request.query as Record<string, string | string[]>, operation.input)
    if (operation.kind === 'upload') {
      if (isMultipart(request.raw.req.headers['content-type'])) throw new RookeryError('unsupported_media_type', { contentType: 'multipart/form-data' })
      return inputFromQuery(request.query as Record<string, string | string[]>, operation.input)
    }
    const bytes = await http.readBody(request, isStranger ? maximumStrangerBodyBytes : maximumBodyBytes)
    if (bytes.length === 0) return {}
    const type = typeOf(request)
    if (type !== 'application/json') throw new RookeryError('unsupported_media_type', { contentType: type.slice(0, 100) })
    return parseJson(bytes)
  }

  const handle = (operation: Operation) => async (request: Request, reply: ResponseToolkit): Promise<ResponseObject> => {
    const body = request.payload instanceof Readable ? request.payload : undefined
    let endUpload = (): void => {}
    try {
      const overSocket = nativeCredentialsOf(request)
      const { authorization } = request.raw.req.headers
      const token = overSocket ? overSocket.token : /^bearer (\S+)$/i.exec(authorization ?? '')?.[1] ?? cookies.tokenOf(request)
      // Bytes of files are not for a socket of messages.
      if (overSocket && operation.kind !== 'value') throw new RookeryError('method_not_allowed', { method: 'messages over a websocket' })
      const caller = await http.caller(request, token)
      if (body && operation.kind === 'upload') endUpload = http.beginUpload(caller, request)
      const context = { ...caller.context, ...overSocket?.client }
      const result = await operations.dispatch(operation, context, await input(request, operation, context.actor.kind === 'anonymous'), body)
      if (operation.kind === 'download') return await answerDownload(request, reply, result as Download<unknown>)
      if (overSocket) return answer(reply, result)
      const settled = cookies.settle(operation, request, result)
      return settled.mark(answer(reply, settled.result))
    } catch (error) {
      if (body) await discardRest(body, error)
      const told = asRookeryError(error, http.requestId(request), log)
      const response = renderError(told, request, reply)
      return told.code === 'not_signed_in' ? cookies.forget(request, response) : response
    } finally {
      endUpload()
    }
  }

  for (const operation of operations.all) {
    const path = `${prefix}${operation.name}`
    http.hapi.route({ method: 'POST', path, handler: handle(operation), options: { payload: unreadPayload } })
    if (operation.safe) http.hapi.route({ method: 'GET', path, handler: handle(operation) })
  }
  /** Operations that came after the door was opened, and all that there is not. */
  const handleRest = (request: Request, reply: ResponseToolkit): ResponseObject | Promise<ResponseObject> => {
    const name = request.path.slice(prefix.length)
    const added = operations.added().find((operation) => operation.name === name)
    if (added && (request.method === 'post' || (request.method === 'get' && added.safe))) return handle(added)(request, reply)
    const isKnown = operations.find(name) !== undefined
    return renderError(isKnown ? new RookeryError('method_not_allowed', { method: request.method.toUpperCase() }) : new RookeryError('unknown_operation'), request, reply)
  }
  http.hapi.route({ method: '*', path: `${prefix}{rest*}`, handler: handleRest, options: { payload: unreadPayload } })
  // By its own name as well, or the page that answers every other GET would win.
  http.hapi.route({ method: 'GET', path: `${prefix}{rest*}`, handler: handleRest })
  const openApi = createOpenApi({ operations, url })
  http.hapi.route({
    method: 'GET', path: `${prefix}openapi.json`,
    handler(_request, reply) {
      const { text, tag } = openApi.read()
      return (reply.response(text).type('application/json').charset('') as ResponseObject).header('ETag', tag).header('Cache-Control', 'no-cache')
    },
  })
}
