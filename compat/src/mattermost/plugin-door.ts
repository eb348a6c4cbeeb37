import { Readable } from 'node:stream'
import type { Request, ResponseObject, ResponseToolkit } from '@hapi/hapi'
import { maximumRouteInputBytes, pluginsCallRoute, RookeryError, type InputOf } from '@rookery/sdk/protocol'
import { discardRest, unreadPayload, type HttpServer, type Operations } from '@rookery/kernel'
import { assertNoForgery, assertNoTokenInAddress, credentialsOf } from './credentials.ts'

type Input = InputOf<typeof pluginsCallRoute>

const prefix = '/plugins/'
/**
 * What a plugin says is not said by this server: in a browser it has an origin of its own and reaches nothing of ours. It has
 * the network, as every page does, so it stands in no frame: else web code of plugins, which has none (ADR 17), could go there.
 */
const sandbox = "frame-ancestors 'none'; sandbox allow-scripts allow-forms allow-popups"

/** Opens /plugins/<id>/…: what plugins answer to, for clients of both APIs. */
export function openPluginDoor({ http, operations }: { http: HttpServer, operations: Operations }): void {
  const handle = async (request: Request, reply: ResponseToolkit): Promise<ResponseObject> => {
    try {
      const credentials = credentialsOf(request.raw.req.headers)
      assertNoTokenInAddress(request, credentials)
      const { context, session } = await http.caller(request, credentials.token)
      if (session) assertNoForgery(request, credentials, session)
      const { status, headers, body, bodyEncoding } = await operations.dispatch(pluginsCallRoute, context, readRequest(request, await http.readBody(request, maximumRouteInputBytes)))
      const response = reply.response(Buffer.from(body, bodyEncoding)).code(status) as ResponseObject
      for (const [name, value] of Object.entries(headers)) {
        if (name === 'content-type') response.type(value).charset('')
        else response.header(name, value)
      }
      return response.header('X-Content-Type-Options', 'nosniff').header('Content-Security-Policy', sandbox).header('X-Request-Id', http.requestId(request))
    } catch (error) {
      if (request.payload instanceof Readable) await discardRest(request.payload, error)
      return http.refuse(error, request, reply)
    }
  }
  const path = `${prefix}{rest*}`
  // By its own name as well, or the page that answers every other GET would win.
  http.hapi.route({ method: 'GET', path, handler: handle })
  http.hapi.route({ method: '*', path, handler: handle, options: { payload: unreadPayload } })
}

function readRequest(request: Request, bytes: Buffer): Input {
  const method = request.method.toUpperCase()
  if (!['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'].includes(method)) throw new RookeryError('method_not_allowed', { method })
  const [pluginId = ''] = request.path.slice(prefix.length).split('/')
  const text = bytes.toString('utf8')
  const isText = Buffer.from(text, 'utf8').equals(bytes)
  const headers = Object.entries(request.raw.req.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value ?? ''])
  const query = Object.entries(request.query as Record<string, string | string[]>).map(([name, value]) => [name, Array.isArray(value) ? value.at(-1) ?? '' : value])
  return {
    pluginId, method: (method === 'HEAD' ? 'GET' : method) as Input['method'], path: request.path.slice(prefix.length + pluginId.length) || '/',
    query: Object.fromEntries(query), headers: Object.fromEntries(headers), body: isText ? text : bytes.toString('base64'), bodyEncoding: isText ? 'utf8' : 'base64',
  }
}
