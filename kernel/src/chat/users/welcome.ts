import type { User } from '@rookery/sdk/protocol'
import type { TextKey } from '../../languages/index.ts'
import { sql, type Transaction } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'
import { userColumns } from './user-rows.ts'

/** What tells somebody that there is an account now, and where. */
export interface Welcome {
  /** Says nothing where no mails are sent. */
  greet(transaction: Transaction, user: User): Promise<void>
}

export function createWelcome({ db, settings, mails, languages }: Pick<ChatParts, 'db' | 'settings' | 'mails' | 'languages'>): Welcome {
  const welcomes = mails.define<{ userId: string }>('welcome', async ({ userId }) => {
    const user = await db.maybeOne<User>(sql`select ${userColumns} from users u where u.id = ${userId} and u.delete_at = 0`)
    if (!user) return undefined
    const say = (key: TextKey): string => languages.say(key, { site: settings.site.name, name: user.username }, user.locale)
    return {
      to: user.email, locale: user.locale, subject: say('mails.welcomeSubject'), paragraphs: [say('mails.greeting'), say('mails.welcomeText')],
      action: { label: say('mails.welcomeAction'), url: settings.url }, closing: say('mails.welcomeClosing'),
    }
  })
  return {
    async greet(transaction, user) {
      if (mails.isOn && settings.mail.notifications) await welcomes.put(transaction, user.id, { userId: user.id })
    },
  }
}
