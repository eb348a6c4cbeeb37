import { Type, type Static } from 'typebox'
import { defineEvent } from './event.ts'
import { defineOperation } from './operation.ts'
import { At, Count, Done, Fields, Id, OneOf, OwnProps, Page, PerPage, Props, Text } from './schema.ts'

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
  session: 'optional', enters: ['teamMembers.add', 'channelMembers.add'],
  input: Fields({
    username: Text(64), email: Text(128), password: Text(128), inviteId: Type.Optional(Text(64)),
    /** Of an invitation that was sent by mail. */
    inviteToken: Type.Optional(Text(128)),
    /** No mail says that the account is there. */
    withoutWelcome: Type.Optional(Type.Boolean()),
    ...profile,
  }),
  output: User,
  errors: ['sign_up_closed', 'username_taken', 'email_taken', 'username_invalid', 'email_invalid', 'email_domain_refused', 'password_too_short', 'password_too_long', 'password_too_weak', 'invitation_invalid', 'sign_up_link_invalid'],
})

export const usersGet = defineOperation({
  name: 'users.get', summary: 'Reads one account.', safe: true, capability: 'users:read',
  input: Fields({ userId: Id }), output: User, errors: ['user_not_found'],
})

export const usersGetByUsername = defineOperation({
  name: 'users.getByUsername', summary: 'Reads one account by its user name.', safe: true, capability: 'users:read',
  input: Fields({ username: Text(64) }), output: User, errors: ['user_not_found'],
})

export const usersGetByEmail = defineOperation({
  name: 'users.getByEmail', summary: 'Reads one account by its e-mail address, where addresses are shown.', safe: true, capability: 'users:read',
  input: Fields({ email: Text(128) }), output: User, errors: ['user_not_found'],
})

const roleNames = Type.Optional(Type.Array(Text(64), { maxItems: 20 }))

/** Which accounts are meant: all of the conditions hold, and of the roles named anywhere one. */
const selection = {
  inTeamId: Type.Optional(Id), notInTeamId: Type.Optional(Id), inChannelId: Type.Optional(Id), notInChannelId: Type.Optional(Id),
  withoutTeam: Type.Optional(Type.Boolean()), activity: Type.Optional(OneOf('all', 'active', 'inactive')),
  roles: roleNames, teamRoles: roleNames, channelRoles: roleNames,
}

export const usersList = defineOperation({
  name: 'users.list', summary: 'Lists accounts, by team, channel or role, a page at a time.', safe: true, capability: 'users:read',
  input: Fields({
    page: Type.Optional(Page), perPage: Type.Optional(PerPage), ...selection,
    sort: Type.Optional(OneOf('username', 'created', 'lastActivity', 'status', 'admin')),
  }),
  output: Type.Array(User), errors: ['team_not_found', 'channel_not_found'],
})

export const usersSearch = defineOperation({
  name: 'users.search', summary: 'Finds accounts whose names, or e-mail address where it is shown, begin with the words of the term, in pages of `limit`.', safe: true, capability: 'users:read',
  input: Fields({ term: Text(256, { minLength: 1 }), limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })), page: Type.Optional(Page), ...selection }),
  output: Type.Array(User), errors: ['team_not_found', 'channel_not_found'],
})

export const usersAutocomplete = defineOperation({
  name: 'users.autocomplete', summary: 'Suggests active accounts while a name is typed: of a team, or of a channel and then those of its team who are not in it.', safe: true, capability: 'users:read',
  input: Fields({ name: Text(256), teamId: Type.Optional(Id), channelId: Type.Optional(Id), limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })) }),
  output: Fields({ users: Type.Array(User), outOfChannel: Type.Optional(Type.Array(User)) }), errors: ['team_not_found', 'channel_not_found'],
})

export const usersListKnown = defineOperation({
  name: 'users.listKnown', summary: 'Lists the ids of those with whom one shares a channel.', safe: true, input: Fields({}), output: Type.Array(Id),
})

export const usersListOfGroupChannels = defineOperation({
  name: 'users.listOfGroupChannels', summary: 'Lists the other members of group channels to which one belongs, by channel.', safe: true,
  input: Fields({ channelIds: Type.Array(Id, { minItems: 1, maxItems: 1000 }) }), output: Type.Record(Type.String(), Type.Array(User)),
})

export const usersCount = defineOperation({
  name: 'users.count', summary: 'Counts the active accounts, bots among them, that one may see.', safe: true, input: Fields({}), output: Fields({ count: Count }),
})

export const usersCountSelected = defineOperation({
  name: 'users.countSelected', summary: 'Counts accounts by team, channel or role, and those that a term finds, for who administers accounts.', safe: true,
  input: Fields({ ...selection, term: Type.Optional(Text(256)), includesBots: Type.Optional(Type.Boolean()) }), output: Fields({ count: Count }),
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
  summary: 'Changes the fields of an account that are given. A new e-mail address of one\'s own needs one\'s password; where addresses must be confirmed, it is the account\'s only then.', capability: 'users:write',
  input: Fields({
    userId: Id, username: Type.Optional(Text(64)), email: Type.Optional(Text(128)), password: Type.Optional(Text(128)),
    ...profile,
  }),
  output: User,
  errors: ['user_not_found', 'username_taken', 'email_taken', 'username_invalid', 'email_invalid', 'email_domain_refused', 'wrong_password', 'mail_off', 'too_many_mails', 'too_many_attempts'],
})

export const usersSetProps = defineOperation({
  name: 'users.setProps', summary: 'Keeps data of the calling plugin on an account: delivered with it, seen by all who see it.', capability: 'users:props',
  input: Fields({ userId: Id, props: OwnProps }), output: Done, errors: ['user_not_found', 'props_too_large', 'only_for_plugins'],
})

export const usersSetActive = defineOperation({
  name: 'users.setActive', summary: 'Deactivates an account, which ends its sessions, or activates it again.', capability: 'users:write',
  input: Fields({ userId: Id, isActive: Type.Boolean() }), output: Done, errors: ['user_not_found', 'last_admin'],
})

export const usersSetRoles = defineOperation({
  name: 'users.setRoles', summary: 'Gives an account these roles, names separated by spaces, in place of those that it has.',
  input: Fields({ userId: Id, roles: Text(512) }), output: Done, errors: ['user_not_found', 'roles_invalid', 'last_admin'],
})

export const usersSetPassword = defineOperation({
  name: 'users.setPassword', summary: 'Changes a password; one\'s own needs the present one. The other sessions of the account end.',
  input: Fields({ userId: Id, currentPassword: Type.Optional(Text(128)), newPassword: Text(128) }), output: Done,
  errors: ['user_not_found', 'current_password_wrong', 'password_too_short', 'password_too_long', 'password_too_weak', 'too_many_attempts'],
})

export const usersVerifyEmail = defineOperation({
  name: 'users.verifyEmail', summary: 'Vouches for the e-mail address of an account, as an administrator.',
  input: Fields({ userId: Id }), output: User, errors: ['user_not_found'],
})

export const usersForgiveAttempts = defineOperation({
  name: 'users.forgiveAttempts', summary: 'Lets an account sign in again after too many failed attempts.',
  input: Fields({ userId: Id }), output: Done, errors: ['user_not_found'],
})

export const usersPromote = defineOperation({
  name: 'users.promote', summary: 'Makes a guest an ordinary user, in its teams and channels too.', enters: ['channelMembers.add'],
  input: Fields({ userId: Id }), output: Done, errors: ['user_not_found', 'not_a_guest'],
})

export const usersDemote = defineOperation({
  name: 'users.demote', summary: 'Makes a user a guest, in its teams and channels too.',
  input: Fields({ userId: Id }), output: Done, errors: ['user_not_found', 'already_guest', 'last_admin'],
})

export const usersGetPicture = defineOperation({
  name: 'users.getPicture', kind: 'download', summary: 'Reads the picture of an account: the one it uploaded, or a generated one.', safe: true, capability: 'users:read',
  input: Fields({ userId: Id, isGenerated: Type.Optional(Type.Boolean()) }),
  /** The version changes when the picture does. */
  output: Fields({ mimeType: Type.String(), version: Type.String(), isGenerated: Type.Boolean() }), errors: ['user_not_found'],
})

export const usersSetPicture = defineOperation({
  name: 'users.setPicture', kind: 'upload', summary: 'Stores a picture of an account, cut to a square of 128 pixels.',
  input: Fields({ userId: Id }), output: Done, errors: ['user_not_found', 'file_empty', 'image_invalid', 'image_too_large', 'too_many_uploads'],
})

export const usersResetPicture = defineOperation({
  name: 'users.resetPicture', summary: 'Goes back to the generated picture of an account.', input: Fields({ userId: Id }), output: Done, errors: ['user_not_found'],
})

/** What everybody sees of an account: its e-mail address only where addresses are shown, and nothing of its settings. */
export const userCreated = defineEvent({ name: 'user.created', summary: 'An account was made; told as everybody may see it.', payload: Fields({ user: User }) })
export const userUpdated = defineEvent({ name: 'user.updated', summary: 'An account changed; told as everybody may see it.', payload: Fields({ user: User }) })
/** Always follows a `user.updated`. */
export const accountUpdated = defineEvent({ name: 'account.updated', summary: 'An account changed; told in full, to itself and to who administers the system.', payload: Fields({ user: User }) })
export const userRolesChanged = defineEvent({ name: 'user.rolesChanged', summary: 'The roles of an account changed.', payload: Fields({ userId: Id, roles: Type.String() }) })
export const userActivationChanged = defineEvent({ name: 'user.activationChanged', summary: 'An account was deactivated or activated again.', payload: Fields({ userId: Id, isActive: Type.Boolean() }) })
