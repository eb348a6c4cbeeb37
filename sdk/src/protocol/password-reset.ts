import { Type } from 'typebox'
import { defineOperation } from './operation.ts'
import { At, Done, Fields, Id, Text } from './schema.ts'

const Token = Text(64, { minLength: 1 })

export const passwordResetsCreate = defineOperation({
  name: 'passwordResets.create', summary: 'Makes a link by which somebody who forgot the password chooses a new one: /reset_password_complete?token=… It works once, for a day; earlier ones are void.',
  input: Fields({ userId: Id }), output: Fields({ token: Type.String(), expiresAt: At }), errors: ['user_not_found', 'bot_has_no_password'],
})

export const passwordResetsSend = defineOperation({
  name: 'passwordResets.send', summary: 'Mails such a link to the account of an address. Whether there is one is not told.', session: 'optional',
  input: Fields({ email: Text(128) }), output: Done, errors: ['mail_off', 'email_invalid', 'too_many_mails', 'too_many_attempts'],
})

export const passwordResetsGet = defineOperation({
  name: 'passwordResets.get', summary: 'Tells for whom such a link is.', session: 'optional',
  input: Fields({ token: Token }), output: Fields({ username: Type.String() }), errors: ['reset_link_invalid', 'too_many_attempts'],
})

export const passwordResetsUse = defineOperation({
  name: 'passwordResets.use', summary: 'Chooses a new password by such a link. All sessions of the account end.', session: 'optional',
  input: Fields({ token: Token, newPassword: Text(128) }), output: Done,
  errors: ['reset_link_invalid', 'password_too_short', 'password_too_long', 'password_too_weak', 'too_many_attempts'],
})
