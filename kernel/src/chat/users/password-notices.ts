import type { User } from '@rookery/sdk/protocol'
import type { TextKey } from '../../languages/index.ts'
import { sql, type Transaction } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'
import { userColumns } from './user-rows.ts'

/** Tells the owner of an account by mail that its password is another: whoever did not change it learns of it. */
export interface PasswordNotices {
  tell(transaction: Transaction, userId: string): Promise<void>
}

export function createPasswordNotices({ db, settings, mails, languages }: Pick<ChatParts, 'db' | 'settings' | 'mails' | 'languages'>): PasswordNotices {
  const notices = mails.define<{ userId: string }>('password changed', async ({ userId }) => {
    const user = await db.maybeOne<User>(sql`select ${userColumns} from users u where u.id = ${userId} and u.delete_at = 0 and not u.is_bot`)
    if (!user || user.email === '') return undefined
    const say = (key: TextKey): string => languages.say(key, { site: settings.site.name, name: user.username }, user.locale)
    return { to: user.email, locale: user.locale, subject: say('mails.passwordSubject'), paragraphs: [say('mails.greeting'), say('mails.passwordText')], closing: say('mails.changedClosing') }
  })
  return {
    async tell(transaction, userId) { if (mails.isOn) await notices.put(transaction, userId, { userId }) },
  }
}
