import { sessionsCreate, sessionsEnd, usersCreate, usersGet, usersGetByUsername, usersListByIds } from '@rookery/sdk/protocol'
import { endedCookie, sessionCookies } from '../credentials.ts'
import { created, get, objectBody, pick, post, Reply, statusOk, textField, textsBody, type Route } from '../route.ts'
import { userShape } from '../shapes/user.ts'

const profileNames = {
  email: 'email', username: 'username', password: 'password', nickname: 'nickname', first_name: 'firstName', last_name: 'lastName',
  position: 'position', locale: 'locale', timezone: 'timezone', notify_props: 'notifyProps', props: 'props',
}

export const userRoutes: readonly Route[] = [
  post('/users', async ({ run, body, query }) => {
    const inviteId = query.text('iid')
    const input = { ...pick(objectBody(body), profileNames), ...(inviteId && { inviteId }) }
    return created(userShape(await run(usersCreate, input as never)))
  }, { session: 'optional' }),
  post('/users/login', async ({ run, body, isSecure }) => {
    const fields = objectBody(body)
    const { token, csrfToken, session, user } = await run(sessionsCreate, {
      login: textField(fields['login_id'] ?? fields['id']), password: textField(fields['password']), ...pick(fields, { device_id: 'deviceId', token: 'code' }),
    })
    const maxAgeSeconds = Math.floor((session.expiresAt - session.createAt) / 1000)
    return new Reply(userShape(user), { headers: { Token: token }, cookies: sessionCookies({ token, userId: user.id, csrfToken, maxAgeSeconds, isSecure }) })
  }, { session: 'optional' }),
  post('/users/logout', async ({ run }) => {
    await run(sessionsEnd, {})
    return new Reply(statusOk, { cookies: [endedCookie] })
  }, { session: 'optional' }),
  get('/users/{user_id}', async ({ run, params }) => userShape(await run(usersGet, { userId: params['user_id'] as string }))),
  get('/users/username/{username}', async ({ run, params }) => userShape(await run(usersGetByUsername, { username: params['username'] as string }))),
  post('/users/ids', async ({ run, body, query }) => (await run(usersListByIds, { userIds: textsBody(body, 'user_ids'), since: query.integer('since') })).map(userShape)),
]
