import { mailsTest, RookeryError, secretMask } from '@rookery/sdk/protocol'
import { implement, type AnyImplementation } from '../../operations/index.ts'
import type { TextKey } from '../../languages/index.ts'
import type { MailServerSettings } from '../../notify/index.ts'
import { isEmail, normalizeEmail } from '../../text/index.ts'
import type { ChatParts } from '../parts.ts'

/** Whether mails go out, tried with one to whoever asks. */
export function createTestMail({ access, mails, mailThrottle, languages, settings, liveSettings }: Pick<ChatParts, 'access' | 'mails' | 'mailThrottle' | 'languages' | 'settings' | 'liveSettings'>): AnyImplementation {
  return implement(mailsTest, {
    access(context) {
      access.system(context, 'test_email')
      return context.actor.kind === 'user' ? access.user(context, context.actor.userId) : undefined
    },
    async handle(_context, { values = {}, to }, user) {
      for (const [name, value] of Object.entries(values)) if (!(value === secretMask && liveSettings.isSecret(name))) liveSettings.assert(name, value)
      const using = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== secretMask).map(([name, value]) => [name.slice('mail.'.length), value])) as MailServerSettings
      // To others nobody sends it by way of an account; who has the machine says where to.
      const email = user?.email ?? normalizeEmail(to ?? '')
      if (!isEmail(email)) throw new RookeryError('email_invalid')
      mailThrottle.attempt(`test ${email}`)
      const locale = user?.locale ?? settings.site.locale
      const say = (key: TextKey): string => languages.say(key, { site: settings.site.name }, locale)
      await mails.send({ to: email, locale, subject: say('mails.testSubject'), paragraphs: [say('mails.testText')] }, using)
      return {}
    },
  })
}
