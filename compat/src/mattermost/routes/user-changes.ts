import { emailVerificationsSend, emailVerificationsUse, passwordResetsSend, passwordResetsUse, RookeryError, usersCreate, usersDemote, usersForgiveAttempts, usersPatch, usersPromote, usersSetActive, usersSetPassword, usersSetRoles, usersVerifyEmail } from '@rookery/sdk/protocol'
import { created, objectBody, pick, post, put, remove, statusOk, textField, type Route } from '../route.ts'
import { userShape } from '../shapes/user.ts'

const profileNames = {
  email: 'email', username: 'username', password: 'password', nickname: 'nickname', first_name: 'firstName', last_name: 'lastName',
  position: 'position', locale: 'locale', timezone: 'timezone', notify_props: 'notifyProps', props: 'props',
}

/** What a whole account means by leaving it out. */
const emptyProfile = { nickname: '', firstName: '', lastName: '', position: '' }

/** Fields that a client sends empty because it knows no value; an account cannot lose them. */
const withoutEmpty = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([name, value]) => value !== '' || !['email', 'username', 'password'].includes(name)))

export const userChangeRoutes: readonly Route[] = [
  post('/users', async ({ run, body, query }) => {
    const inviteId = query.text('iid')
    const inviteToken = query.text('t')
    const input = { ...pick(objectBody(body), { ...profileNames, disable_welcome_email: 'withoutWelcome' }), ...(inviteId && { inviteId }), ...(inviteToken && { inviteToken }) }
    return created(userShape(await run(usersCreate, input as never)))
  }, { session: 'optional' }),
  put('/users/{user_id}', async ({ run, params, body }) => {
    const fields = objectBody(body)
    if (fields['id'] !== params['user_id']) throw new RookeryError('invalid_input', { field: 'id', reason: 'it is not the one of the address' })
    return userShape(await run(usersPatch, { ...emptyProfile, ...pick(withoutEmpty(fields), profileNames), userId: params['user_id'] as string }))
  }),
  put('/users/{user_id}/patch', async ({ run, params, body }) =>
    userShape(await run(usersPatch, { ...pick(withoutEmpty(objectBody(body)), profileNames), userId: params['user_id'] as string }))),
  put('/users/{user_id}/active', async ({ run, params, body }) => {
    const { active } = objectBody(body)
    if (typeof active !== 'boolean') throw new RookeryError('invalid_input', { field: 'active', reason: 'it must be true or false' })
    await run(usersSetActive, { userId: params['user_id'] as string, isActive: active })
    return statusOk
  }),
  remove('/users/{user_id}', async ({ run, params }) => {
    await run(usersSetActive, { userId: params['user_id'] as string, isActive: false })
    return statusOk
  }),
  put('/users/{user_id}/roles', async ({ run, params, body }) => {
    await run(usersSetRoles, { ...pick(objectBody(body), { roles: 'roles' }), userId: params['user_id'] as string } as never)
    return statusOk
  }),
  put('/users/{user_id}/password', async ({ run, params, body }) => {
    await run(usersSetPassword, { ...pick(objectBody(body), { current_password: 'currentPassword', new_password: 'newPassword' }), userId: params['user_id'] as string } as never)
    return statusOk
  }),
  post('/users/password/reset/send', async ({ run, body }) => {
    await run(passwordResetsSend, { email: textField(objectBody(body)['email']) })
    return statusOk
  }, { session: 'optional' }),
  post('/users/password/reset', async ({ run, body }) => {
    await run(passwordResetsUse, pick(objectBody(body), { token: 'token', new_password: 'newPassword' }) as never)
    return statusOk
  }, { session: 'optional' }),
  post('/users/{user_id}/promote', async ({ run, params }) => {
    await run(usersPromote, { userId: params['user_id'] as string })
    return statusOk
  }),
  post('/users/{user_id}/demote', async ({ run, params }) => {
    await run(usersDemote, { userId: params['user_id'] as string })
    return statusOk
  }),
  post('/users/email/verify', async ({ run, body }) => {
    await run(emailVerificationsUse, pick(objectBody(body), { token: 'token' }) as never)
    return statusOk
  }, { session: 'optional' }),
  post('/users/email/verify/send', async ({ run, body }) => {
    await run(emailVerificationsSend, { email: textField(objectBody(body)['email']) })
    return statusOk
  }, { session: 'optional' }),
  post('/users/{user_id}/email/verify/member', async ({ run, params }) => userShape(await run(usersVerifyEmail, { userId: params['user_id'] as string }))),
  post('/users/{user_id}/reset_failed_attempts', async ({ run, params }) => {
    await run(usersForgiveAttempts, { userId: params['user_id'] as string })
    return statusOk
  }),
]
