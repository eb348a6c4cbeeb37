import type { IncomingHttpHeaders } from 'node:http'
import type { Request } from '@hapi/hapi'
import { RookeryError } from '@rookery/sdk/protocol'
import type { StoredSession } from '@rookery/kernel'

export interface Credentials {
  readonly token: string | undefined
  /** Cookies are sent by browsers on their own, so they need a proof that our page asked. */
  readonly isFromCookie: boolean
}

/** The value of a cookie in a Cookie header. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=')
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim() || undefined
  }
  return undefined
}

/** Cookie before Authorization, as in Mattermost; the scheme is Bearer or token, in any case. */
export function credentialsOf(headers: IncomingHttpHeaders): Credentials {
  const cookie = cookieOf(headers.cookie, 'MMAUTHTOKEN')
  if (cookie) return { token: cookie, isFromCookie: true }
  return { token: /^(?:bearer|token) +(\S+)$/i.exec(headers.authorization ?? '')?.[1], isFromCookie: false }
}

/** Addresses are written into logs and histories: a token there is refused rather than used. */
export function assertNoTokenInAddress(request: Request, { token }: Credentials): void {
  if (!token && request.query['access_token'] !== undefined) throw new RookeryError('token_in_address')
}

/** Takes the cookie of a session back. */
export const endedCookie = 'MMAUTHTOKEN=; Path=/; Max-Age=0; HttpOnly'

/** A request that changes something and shows a cookie must show that it comes from our page. */
export function assertNoForgery(request: Request, { isFromCookie }: Credentials, session: StoredSession): void {
  if (!isFromCookie || request.method === 'get' || request.method === 'head') return
  const shown = request.headers['x-csrf-token']
  if (shown && shown === session.csrfToken) return
  if (request.headers['x-requested-with'] === 'XMLHttpRequest') return
  throw new RookeryError('forgery_suspected')
}

/** The cookies of a new session, as Mattermost's web app expects them. */
export function sessionCookies({ token, userId, csrfToken, maxAgeSeconds, isSecure }: { token: string, userId: string, csrfToken: string, maxAgeSeconds: number, isSecure: boolean }): string[] {
  const end = `; Path=/; Max-Age=${maxAgeSeconds}${isSecure ? '; Secure' : ''}`
  return [`MMAUTHTOKEN=${token}${end}; HttpOnly`, `MMUSERID=${userId}${end}`, `MMCSRF=${csrfToken}${end}`]
}
