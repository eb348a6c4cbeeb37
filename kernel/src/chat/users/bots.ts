import { userActivationChanged, userCreated, type User } from '@rookery/sdk/protocol'
import type { Emit } from '../../events/index.ts'
import { json, sql, type Transaction } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'
import { endSessions } from '../sessions/end-sessions.ts'
import { writeKeywords } from './keyword-rows.ts'
import { emitUserUpdated } from './user-events.ts'
import { selectUser, userColumns } from './user-rows.ts'
import { publicUser } from './visible-user.ts'

export interface BotForm {
  /** As it should be called; another ending where that is taken. */
  readonly username: string
  readonly displayName: string
  readonly description: string
}

export interface Bots {
  /** Makes an account that nobody signs in to, within the transaction at hand, and answers its id. */
  create(transaction: Transaction, emit: Emit, form: BotForm): Promise<string>
  /** Deactivates an account, or activates it again; what is so already stays. */
  setActive(transaction: Transaction, emit: Emit, userId: string, isActive: boolean): Promise<void>
}

/** A bot may post where it has been let in without belonging there; that it was let in is judged for itself. */
const botRoles = 'system_user system_post_all'

export function createBots({ ids, clock, settings }: Pick<ChatParts, 'ids' | 'clock' | 'settings'>): Bots {
  return {
    async create(transaction, emit, { username, displayName, description }) {
      const id = ids.next()
      const now = clock.now()
      const taken = new Set((await transaction.any<{ username: string }>(sql`
        select lower(username) as username from users where lower(username) = ${username} or lower(username) like ${`${username.replaceAll('_', '\\_')}-%`}`)).map((row) => row.username))
      let name = username
      for (let number = 2; taken.has(name); number += 1) name = `${username}-${number}`
      await transaction.query(sql`
        insert into users (id, create_at, update_at, username, email, password_hash, first_name, roles, timezone, is_bot, bot_description)
        values (${id}, ${now}, ${now}, ${name}, ${`${name}@localhost`}, null, ${displayName}, ${botRoles},
          ${json({ useAutomaticTimezone: 'true', manualTimezone: '', automaticTimezone: '' })}, true, ${description})`)
      const user = await selectUser(transaction, id) as User
      await writeKeywords(transaction, user)
      emit(userCreated, { user: publicUser(user, settings.accounts) }, { visibleUserId: id })
      return id
    },
    async setActive(transaction, emit, userId, isActive) {
      const now = clock.now()
      const user = await transaction.maybeOne<User>(sql`
        update users u set delete_at = ${isActive ? 0 : now}, update_at = greatest(${now}, u.update_at + 1)
        where u.id = ${userId} and u.is_bot and (u.delete_at = 0) <> ${isActive} returning ${userColumns}`)
      if (!user) return
      if (!isActive) await endSessions(transaction, emit, { userId })
      emitUserUpdated(emit, user, settings)
      emit(userActivationChanged, { userId, isActive }, { visibleUserId: userId })
    },
  }
}
