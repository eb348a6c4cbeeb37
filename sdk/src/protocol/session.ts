import { Type, type Static } from 'typebox'
import { defineEvent } from './event.ts'
import { defineOperation } from './operation.ts'
import { At, Done, Fields, Id, Text } from './schema.ts'
import { User } from './user.ts'

/** A sign-in on one device. */
export const Session = Fields({
  id: Id,
  userId: Id,
  createAt: At,
  expiresAt: At,
  lastActivityAt: At,
  deviceId: Type.String(),
  /** Browser, operating system and what clients tell of themselves. */
  props: Type.Record(Type.String(), Type.String()),
  /** Those of its account, separated by spaces. */
  roles: Type.String(),
  isCurrent: Type.Boolean(),
})
export type Session = Static<typeof Session>

/** What is known of somebody who has shown who it is, before a session begins. */
export const SignInFacts = Fields({
  userId: Id,
  /** Of the client, as the trusted proxies tell it. */
  address: Type.String(),
  userAgent: Type.String(),
  /** '' where it is no phone. */
  deviceId: Type.String(),
})

export const sessionsCreate = defineOperation({
  name: 'sessions.create',
  summary: 'Signs in with a user name, e-mail address or id and a password. The token is shown this once and never again.',
  session: 'optional',
  input: Fields({ login: Text(128), password: Text(128), deviceId: Type.Optional(Text(512)), code: Type.Optional(Text(128)) }),
  output: Fields({ token: Type.String(), csrfToken: Type.String(), session: Session, user: User }),
  errors: ['wrong_credentials', 'email_not_verified', 'password_missing', 'account_inactive', 'bot_cannot_sign_in', 'too_many_attempts'],
  told: SignInFacts,
})

export const sessionsEnd = defineOperation({
  name: 'sessions.end', summary: 'Signs out: ends the current session.', session: 'optional', input: Fields({}), output: Done,
})

export const sessionsGetCurrent = defineOperation({
  name: 'sessions.getCurrent', summary: 'Tells whose session this is.', safe: true,
  input: Fields({}), output: Fields({ session: Session, user: User }), errors: ['session_not_found'],
})

export const sessionsGetMethod = defineOperation({
  name: 'sessions.getMethod', summary: 'Tells how one signs in: empty for a password. It never tells whether the account exists.', safe: true, session: 'optional',
  input: Fields({ login: Text(128, { minLength: 1 }) }), output: Fields({ authService: Type.String() }),
})

export const sessionsSetDevice = defineOperation({
  name: 'sessions.setDevice', summary: 'Tells on which device the current session lives, for push notifications; other sessions of that device end.',
  input: Fields({
    deviceId: Type.Optional(Text(512, { minLength: 1 })), hasNotificationsOff: Type.Optional(Type.Boolean()), mobileVersion: Type.Optional(Type.String({ pattern: '^\\d{1,6}\\.\\d{1,6}\\.\\d{1,6}([-+][0-9A-Za-z.+-]{1,64})?$' })),
  }),
  output: Fields({ expiresAt: At }),
})

export const sessionsList = defineOperation({
  name: 'sessions.list', summary: 'Lists the sessions of an account.', safe: true,
  input: Fields({ userId: Id }), output: Type.Array(Session), errors: ['user_not_found'],
})

export const sessionsRevoke = defineOperation({
  name: 'sessions.revoke', summary: 'Ends one session of an account.',
  input: Fields({ userId: Id, sessionId: Id }), output: Done, errors: ['session_not_found'],
})

export const sessionsRevokeAll = defineOperation({
  name: 'sessions.revokeAll', summary: 'Ends every session of an account, or every one but the caller\'s own.',
  input: Fields({ userId: Id, exceptCurrent: Type.Optional(Type.Boolean()) }), output: Done,
})

export const sessionsRevokeOfEverybody = defineOperation({
  name: 'sessions.revokeOfEverybody', summary: 'Ends every session of every account.', input: Fields({}), output: Done,
})

/** Sockets of the named sessions (all of the user's where null) close within a second. */
export const sessionEnded = defineEvent({
  name: 'session.ended', summary: 'Sessions ended.', payload: Fields({ userId: Id, sessionIds: Type.Union([Type.Array(Id), Type.Null()]) }),
})
export const sessionUpdated = defineEvent({ name: 'session.updated', summary: 'A session is on another device now.', payload: Fields({ userId: Id, sessionId: Id }) })
