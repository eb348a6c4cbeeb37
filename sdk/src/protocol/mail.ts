import { Type } from 'typebox'
import { defineOperation } from './operation.ts'
import { Done, Fields, Text } from './schema.ts'
import { SettingValue } from './settings.ts'

export const mailsTest = defineOperation({
  name: 'mails.test',
  summary: 'Sends a mail to whoever asks, at once, and tells what the mail server said. Settings that are given (mail.server …) hold for this mail alone; to another server the stored password is not shown.',
  input: Fields({ values: Type.Optional(Type.Record(Type.String({ pattern: '^mail\\.[a-zA-Z]+$' }), SettingValue, { maxProperties: 20 })), to: Type.Optional(Text(128)) }),
  output: Done, errors: ['mail_off', 'mail_failed', 'setting_unknown', 'setting_invalid', 'email_invalid', 'too_many_mails'],
})
