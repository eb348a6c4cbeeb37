import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { Request, ResponseObject } from '@hapi/hapi'
import { RookeryError, sessionsCreate, sessionsEnd, type Operation, type OutputOf } from '@rookery/sdk/protocol'
import type { HttpServer } from './http-server.ts'
import { nativePrefix } from './native-prefix.ts'

const name = 'rookery_session'

// Not for the pages of the app: they are the same for everybody, so the cookie need not go along when somebody follows
// a link from elsewhere, and may be as strict as cookies can be.
const attributes = `; Path=${nativePrefix.slice(0, -1)}; HttpOnly; SameSite=Strict`

function cookieOf(headers: IncomingHttpHeaders): string | undefined {
  for (const part of (headers.cookie ?? '').split(';')) {
    const at = part.indexOf('=')
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim() || undefined
  }
  return undefined
}

/**
 * Sessions of pages (ADR 14): the token is in a cookie that no script can read, and is told to nobody. Who shows a
 * cookie and wants to change something also shows X-Requested-With, which only a page of ours can send.
 */
export interface SessionCookies {
  /** The token of a request's cookie; throws `forgery_suspected` where somebody else's page may have sent it. */
  tokenOf(request: Request): string | undefined
  /** What the caller is answered, and the cookies that go along. */
  settle(operation: Operation, request: Request, result: unknown): { readonly result: unknown, mark(response: ResponseObject): ResponseObject }
  /** Takes a cookie back whose session has ended. */
  forget(request: Request, response: ResponseObject): ResponseObject
}

export function createSessionCookies({ http }: { http: HttpServer }): SessionCookies {
  const secure = (request: Request): string => (http.isSecure(request) ? '; Secure' : '')
  const set = (response: ResponseObject, cookie: string): ResponseObject => response.header('Set-Cookie', cookie, { append: true, separator: '\u0000' })
  const forget = (request: Request, response: ResponseObject): ResponseObject =>
    cookieOf(request.raw.req.headers) ? set(response, `${name}=; Max-Age=0${attributes}${secure(request)}`) : response
  return {
    forget,
    tokenOf(request) {
      const { headers } = request.raw.req
      const token = cookieOf(headers)
      if (token && request.method !== 'get' && request.method !== 'head' && !headers['x-requested-with']) throw new RookeryError('forgery_suspected')
      return token
    },
    settle(operation, request, result) {
      if (operation.name === sessionsEnd.name) return { result, mark: (response) => forget(request, response) }
      if (operation.name !== sessionsCreate.name || request.raw.req.headers['session-keeping'] !== 'cookie') return { result, mark: (response) => response }
      const created = result as OutputOf<typeof sessionsCreate>
      const maxAgeSeconds = Math.max(0, Math.floor((created.session.expiresAt - created.session.createAt) / 1000))
      return {
        result: { ...created, token: '', csrfToken: '' },
        mark: (response) => set(response, `${name}=${created.token}; Max-Age=${maxAgeSeconds}${attributes}${secure(request)}`),
      }
    },
  }
}

/** The token with which a page opens its socket, where it asks for that: `?session=cookie`. The Origin has been checked. */
export function socketTokenOf(request: IncomingMessage): string | undefined {
  return /\?(.*&)?session=cookie(&|$)/.test(request.url ?? '') ? cookieOf(request.headers) : undefined
}
