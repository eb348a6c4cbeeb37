import { Readable } from 'node:stream'
import type { Request, ResponseObject, ResponseToolkit } from '@hapi/hapi'
import { errorTable, RookeryError, type InputOf, type Operation } from '@rookery/sdk/protocol'
import { answerDownload, asRookeryError, discardRest, errorHeaders, isId, maximumStrangerBodyBytes, parseJson, unreadPayload, type Caller, type HttpServer, type Log, type Operations, type Spool } from '@rookery/kernel'
import { assertNoForgery, assertNoTokenInAddress, credentialsOf, endedCookie, type Credentials } from './credentials.ts'
import { Json } from './json.ts'
import { Bytes, Query, Reply, V4Error, type Call, type Route } from './route.ts'
import { createShortAnswers, isShort } from './short-answer.ts'

const prefix = '/api/v4'
const maximumBodyBytes = 2 * 1024 * 1024

export interface V4Door {
  add(routes: readonly Route[]): void
  /** Answers every address below /api that no route has, whatever the method. */
  addRemainder(route: Pick<Route, 'session' | 'handle'>): void
}

/** Opens API v4 on the server: it translates requests to operations and their results and errors back. */
export function openV4Door({ http, operations, log, spool, versionId }: { http: HttpServer, operations: Operations, log: Log, spool: Spool, versionId: () => string }): V4Door {
  /** What every answer says, names and values in turns. */
  const standing = (request: Request): string[] => [
    'X-Version-Id', versionId(), 'X-Request-Id', http.requestId(request), 'X-Content-Type-Options', 'nosniff',
    'Referrer-Policy', 'no-referrer', 'Permissions-Policy', '',
  ]
  const finish = (response: ResponseObject, request: Request): ResponseObject => {
    const headers = standing(request)
    for (let at = 0; at < headers.length; at += 2) response.header(headers[at] as string, headers[at + 1] as string)
    return response
  }

  const answerShortly = createShortAnswers()
  const jsonText = (reply: ResponseToolkit, text: string | Buffer): ResponseObject => reply.response(text).type('application/json').charset('') as ResponseObject

  const renderError = (error: RookeryError, request: Request, reply: ResponseToolkit): ResponseObject => {
    const { status } = error
    const id = error instanceof V4Error ? error.mattermostId : errorTable[error.code].mattermostId
    const response = jsonText(reply, JSON.stringify({ id, message: http.tell(toV4Words(error), request, { asAsked: true }), detailed_error: '', request_id: http.requestId(request), status_code: status })).code(status)
    for (const [name, value] of Object.entries(errorHeaders(error))) response.header(name, value)
    return finish(response, request).takeover()
  }
  // Every address that no other door has: clients read errors in this form only, wherever they come from.
  http.addDoor({ prefix: '', renderError })

  const send = async (value: unknown, request: Request, reply: ResponseToolkit): Promise<ResponseObject | symbol> => {
    if (value instanceof Bytes) return finish(await answerDownload(request, reply, value.download, value), request)
    const { body, status, headers, cookies } = value instanceof Reply ? value : new Reply(value)
    const isRaw = body instanceof Readable || Buffer.isBuffer(body) || body === null
    const json = isRaw ? undefined : body instanceof Json ? body : new Json(body)
    if (json !== undefined && cookies.length === 0 && headers['Content-Type'] === undefined && isShort(json, request)) {
      const all = standing(request)
      for (const name in headers) all.push(name, headers[name] as string)
      if (request.method === 'get') all.push('Expires', '0')
      return answerShortly(request, reply, { status, json, headers: all })
    }
    const response = (json === undefined ? reply.response((body ?? undefined) as Buffer | undefined) : jsonText(reply, json.body)).code(status)
    if (request.method === 'get') response.header('Expires', '0')
    for (const [name, text] of Object.entries(headers)) {
      if (name === 'Content-Type') response.type(text).charset('')
      else response.header(name, text)
    }
    for (const cookie of cookies) response.header('Set-Cookie', cookie, { append: true, separator: '\u0000' })
    return finish(response, request)
  }

  const params = (request: Request, { context }: Caller): Record<string, string> => {
    const found: Record<string, string> = {}
    for (const [name, text] of Object.entries(request.params as Record<string, string>)) {
      if (name === 'user_id' && text === 'me' && context.actor.kind === 'user') found[name] = context.actor.userId
      else if (name === 'category_id' && isStandardCategoryId(text)) found[name] = text
      // Whoever made a button named it.
      else if (name === 'action_id' && /^[A-Za-z0-9]{1,64}$/.test(text)) found[name] = text
      else if (name === 'plugin_id' && isPluginId(text)) found[name] = text
      else if (name.endsWith('_id') && !isId(text)) throw new RookeryError('invalid_address_part', { field: name, reason: name === 'plugin_id' ? 'it must be the id of a plugin' : 'it must be 26 characters of [a-z0-9]' })
      else found[name] = text
    }
    return found
  }

  /** A cookie whose session has ended is taken back: the web app would show it for ever. */
  const refuseSession = ({ isFromCookie }: Credentials, request: Request, reply: ResponseToolkit): ResponseObject => {
    const response = renderError(new RookeryError('not_signed_in'), request, reply)
    return isFromCookie ? response.header('Set-Cookie', endedCookie, { append: true }) : response
  }

  const handle = (route: Pick<Route, 'session' | 'body' | 'handle'>) => async (request: Request, reply: ResponseToolkit): Promise<ResponseObject | symbol> => {
    const credentials = credentialsOf(request.raw.req.headers)
    let endUpload = (): void => {}
    try {
      assertNoTokenInAddress(request, credentials)
      const caller = await http.caller(request, credentials.token)
      if (route.session === 'required' && !caller.session) {
        if (request.payload instanceof Readable) await discardRest(request.payload)
        return refuseSession(credentials, request, reply)
      }
      if (caller.session) assertNoForgery(request, credentials, caller.session)
      if (route.body === 'stream') endUpload = http.beginUpload(caller, request)
      const aside = spool.begin()
      const call: Call = {
        context: caller.context, session: caller.session, params: params(request, caller), query: new Query(request.query as Record<string, unknown>),
        body: route.body === 'json' ? asBody(await http.readBody(request, caller.session ? maximumBodyBytes : maximumStrangerBodyBytes)) : undefined,
        headers: request.raw.req.headers, stream: request.payload as Readable, putAside: (stream) => aside.put(stream),
        isSecure: http.isSecure(request), method: request.method.toUpperCase(), path: request.path,
        run: <O extends Operation>(operation: O, input: InputOf<O>, stream?: Readable) => operations.dispatch(operation, caller.context, input, stream),
      }
      return await send(await route.handle(call), request, reply)
    } catch (error) {
      if (request.payload instanceof Readable) await discardRest(request.payload, error)
      return renderError(asRookeryError(error, http.requestId(request), log), request, reply)
    } finally {
      endUpload()
    }
  }

  return {
    add(routes) {
      for (const route of routes) {
        const payload = route.method === 'GET' ? {} : { payload: unreadPayload }
        http.hapi.route({ method: route.method, path: `${prefix}${route.path}`, handler: handle(route), options: payload })
      }
    },
    addRemainder(route) {
      // The body is not read: nobody wants it.
      const payload = unreadPayload
      const handler = handle({ ...route, body: 'none' })
      http.hapi.route({ method: '*', path: '/api/{rest*}', handler, options: { payload } })
      // By its own name as well, or the page that answers every other GET would win.
      http.hapi.route({ method: 'GET', path: '/api/{rest*}', handler })
    },
  }
}

/** Ids of the categories that every sidebar has name their owner; all other ids are 26 characters. */
const isStandardCategoryId = (text: string): boolean => /^(favorites|channels|direct_messages)_[a-z0-9]{26}_[a-z0-9]{26}$/.test(text)

/** As Mattermost takes them. */
const isPluginId = (text: string): boolean => /^[a-zA-Z0-9_.-]{2,50}$/.test(text)

/** An empty body is none; clients send DELETE and some PUT without one, and never tell the type. */
const asBody = (bytes: Buffer): unknown => bytes.length > 0 ? parseJson(bytes) : {}

/** Our names of fields as API v4 spells them. */
function toV4Words(error: RookeryError): RookeryError {
  const { field } = error.details
  // Names that begin with a capital are Mattermost's own already.
  if (typeof field !== 'string' || /^[A-Z]/.test(field)) return error
  const spelled = field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  return new RookeryError(error.code, { ...error.details, field: spelled })
}
