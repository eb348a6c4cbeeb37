import { RookeryError, sessionsCreate, sessionsEnd, sessionsGetMethod, sessionsList, sessionsRevoke, sessionsRevokeAll, sessionsRevokeOfEverybody, sessionsSetDevice } from '@rookery/sdk/protocol'
import { endedCookie, sessionCookies } from '../credentials.ts'
import { get, objectBody, pick, post, put, Reply, statusOk, type Route } from '../route.ts'
import { sessionShape } from '../shapes/session.ts'
import { userShape } from '../shapes/user.ts'

const refuse = (field: string, reason: string): never => { throw new RookeryError('invalid_input', { field, reason }) }

function text(fields: Record<string, unknown>, name: string): string {
  const value = fields[name] ?? ''
  return typeof value === 'string' ? value : refuse(name, 'it must be text')
}

/** A truth value that clients send as text. */
function flag(fields: Record<string, unknown>, name: string): boolean | undefined {
  const value = text(fields, name)
  if (value === '') return undefined
  return value === 'true' || value === 'false' ? value === 'true' : refuse(name, 'it must be true or false')
}

export const sessionRoutes: readonly Route[] = [
  post('/users/login', async ({ run, body, isSecure }) => {
    const fields = objectBody(body)
    const deviceId = text(fields, 'device_id')
    const code = text(fields, 'token')
    const { token, csrfToken, session, user } = await run(sessionsCreate, {
      login: text(fields, 'id') || text(fields, 'login_id'), password: text(fields, 'password'), ...(deviceId && { deviceId }), ...(code && { code }),
    })
    const maxAgeSeconds = Math.floor((session.expiresAt - session.createAt) / 1000)
    return new Reply(userShape(user), { headers: { Token: token }, cookies: sessionCookies({ token, userId: user.id, csrfToken, maxAgeSeconds, isSecure }) })
  }, { session: 'optional' }),
  post('/users/login/type', async ({ run, body }) => {
    const fields = objectBody(body)
    const login = text(fields, 'id') || text(fields, 'login_id') || refuse('login_id', 'it is missing')
    return { auth_service: (await run(sessionsGetMethod, { login })).authService }
  }, { session: 'optional' }),
  post('/users/logout', async ({ run }) => {
    await run(sessionsEnd, {})
    return new Reply(statusOk, { cookies: [endedCookie] })
  }, { session: 'optional' }),
  put('/users/sessions/device', async ({ run, body }) => {
    const fields = objectBody(body)
    const deviceId = text(fields, 'device_id')
    const mobileVersion = text(fields, 'mobileVersion')
    const hasNotificationsOff = flag(fields, 'deviceNotificationDisabled')
    await run(sessionsSetDevice, { ...(deviceId && { deviceId }), ...(mobileVersion && { mobileVersion }), ...(hasNotificationsOff !== undefined && { hasNotificationsOff }) })
    return statusOk
  }),
  get('/users/{user_id}/sessions', async ({ run, params }) => (await run(sessionsList, { userId: params['user_id'] as string })).map(sessionShape)),
  post('/users/{user_id}/sessions/revoke', async ({ run, params, body }) => {
    await run(sessionsRevoke, { ...pick(objectBody(body), { session_id: 'sessionId' }), userId: params['user_id'] as string } as never)
    return statusOk
  }),
  post('/users/sessions/revoke/all', async ({ run }) => {
    await run(sessionsRevokeOfEverybody, {})
    return statusOk
  }),
  post('/users/{user_id}/sessions/revoke/all', async ({ run, params }) => {
    await run(sessionsRevokeAll, { userId: params['user_id'] as string })
    return statusOk
  }),
]
