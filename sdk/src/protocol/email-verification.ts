import { Type } from 'typebox'
import { defineOperation } from './operation.ts'
import { Done, Fields, Text } from './schema.ts'

export const emailVerificationsSend = defineOperation({
  name: 'emailVerifications.send', summary: 'Mails the account of an address a link to confirm it: /do_verify_email?token=… Whether there is one is not told.', session: 'optional',
  input: Fields({ email: Text(128) }), output: Done, errors: ['mail_off', 'email_invalid', 'too_many_mails', 'too_many_attempts'],
})

export const emailVerificationsUse = defineOperation({
  name: 'emailVerifications.use', summary: 'Confirms an address by such a link, and makes it that of the account where it was to become so. It works once, for a day.', session: 'optional',
  input: Fields({ token: Text(64, { minLength: 1 }) }), output: Fields({ email: Type.String() }), errors: ['verification_link_invalid', 'email_taken', 'too_many_attempts'],
})
