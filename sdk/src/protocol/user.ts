import { Type, type Static } from 'typebox'
import { defineEvent } from './event.ts'
import { defineOperation } from './operation.ts'
import { At, Fields, Id, OneOf, Page, PerPage, Props, Text } from './schema.ts'

/** An account. What the viewer may not see of another is empty: e-mail, notifyProps, authentication. */
export const User = Fields({
  id: Id,
  createAt: At,
  updateAt: At,
  deleteAt: At,
  username: Type.String(),
  email: Type.String(),
  isEmailVerified: Type.Boolean(),
  nickname: Type.String(),
  firstName: Type.String(),
  lastName: Type.String(),
  position: Type.String(),
  /** Names of roles, separated by spaces. */
  roles: Type.String(),
  locale: Type.String(),
  timezone: Type.Record(Type.String(), Type.String()),
  notifyProps: Type.Record(Type.String(), Type.String()),
  props: Type.Record(Type.String(), Type.String()),
  /** What plugins keep on this account, by plugin id. */
  pluginProps: Props,
  authService: Type.String(),
  hasMfa: Type.Boolean(),
  isBot: Type.Boolean(),
  botDescription: Type.String(),
  lastPasswordUpdateAt: At,
  /** 0 while the picture is a generated one. */
  lastPictureUpdateAt: At,
  failedAttempts: Type.Integer(),
})
export type User = Static<typeof User>

/** What people tell of themselves and how they want to be told; all of it may be left out. */
const profile = Type.Partial(Type.Object({
  nickname: Text(64),
  firstName: Text(64),
  lastName: Text(64),
  position: Text(128),
  locale: Text(5),
  timezone: Type.Record(Type.String({ maxLength: 64 }), Type.String({ maxLength: 64 }), { maxProperties: 8 }),
  notifyProps: Type.Record(Type.String({ maxLength: 64 }), Type.String({ maxLength: 2000 }), { maxProperties: 50 }),
  props: Type.Record(Type.String({ maxLength: 64 }), Type.String({ maxLength: 4000 }), { maxProperties: 50 }),
})).properties

export const usersCreate = defineOperation({
  name: 'users.create',
  summary: 'Signs up an account. The first account of a server becomes its system admin; later ones need an invitation where sign-up is closed.',
  session: 'optional',
  input: Fields({
    username: Text(64), email: Text(128), password: Text(128), inviteId: Type.Optional(Text(64)),
    ...profile,
  }),
  output: User,
  errors: ['sign_up_closed', 'username_taken', 'email_taken', 'username_invalid', 'email_invalid', 'email_domain_refused', 'password_too_short', 'password_too_long', 'password_too_weak', 'invitation_invalid'],
})

export const usersGet = defineOperation({
  name: 'users.get', summary: 'Reads one account.', safe: true, capability: 'users:read',
  input: Fields({ userId: Id }), output: User, errors: ['user_not_found'],
})

export const usersGetByUsername = defineOperation({
  name: 'users.getByUsername', summary: 'Reads one account by its user name.', safe: true, capability: 'users:read',
  input: Fields({ username: Text(64) }), output: User, errors: ['user_not_found'],
})

export const usersList = defineOperation({
  name: 'users.list', summary: 'Lists accounts, by team, channel or role, a page at a time.', safe: true, capability: 'users:read',
  input: Fields({
    page: Type.Optional(Page), perPage: Type.Optional(PerPage),
    inTeamId: Type.Optional(Id), notInTeamId: Type.Optional(Id), inChannelId: Type.Optional(Id), notInChannelId: Type.Optional(Id),
    withoutTeam: Type.Optional(Type.Boolean()), activity: Type.Optional(OneOf('all', 'active', 'inactive')), role: Type.Optional(Text(64)),
    roles: Type.Optional(Type.Array(Text(64), { maxItems: 20 })), teamRoles: Type.Optional(Type.Array(Text(64), { maxItems: 20 })),
    channelRoles: Type.Optional(Type.Array(Text(64), { maxItems: 20 })),
    sort: Type.Optional(OneOf('username', 'created', 'lastActivity', 'status', 'admin')),
  }),
  output: Type.Array(User),
})

export const usersListByIds = defineOperation({
  name: 'users.listByIds', summary: 'Reads several accounts by id; unknown ids are left out.', safe: true, capability: 'users:read',
  input: Fields({ userIds: Type.Array(Id, { maxItems: 1000 }), since: Type.Optional(At) }), output: Type.Array(User),
})

export const usersListByUsernames = defineOperation({
  name: 'users.listByUsernames', summary: 'Reads several accounts by user name; unknown names are left out.', safe: true, capability: 'users:read',
  input: Fields({ usernames: Type.Array(Text(64), { maxItems: 1000 }) }), output: Type.Array(User),
})

export const usersPatch = defineOperation({
  name: 'users.patch',
  summary: 'Changes the fields of an account that are given.', capability: 'users:write',
  input: Fields({
    userId: Id, username: Type.Optional(Text(64)), email: Type.Optional(Text(128)), password: Type.Optional(Text(128)),
    ...profile,
  }),
  output: User,
  errors: ['user_not_found', 'username_taken', 'email_taken', 'username_invalid', 'email_invalid', 'wrong_password'],
})

export const userCreated = defineEvent({ name: 'user.created', summary: 'An account was made.', payload: Fields({ user: User }) })
export const userUpdated = defineEvent({ name: 'user.updated', summary: 'An account changed.', payload: Fields({ user: User }) })
