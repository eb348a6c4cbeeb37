import { RookeryError, userCreated, usersCreate, type InputOf, type User } from '@rookery/sdk/protocol'
import { assertAcceptable, defaultPasswordSettings } from '../../auth/index.ts'
import { implement } from '../../operations/index.ts'
import { json, sql, UniqueViolationError, type Transaction } from '../../storage/index.ts'
import { isEmail, isUsername, normalizeEmail, normalizeUsername } from '../../text/index.ts'
import type { ChatParts } from '../parts.ts'
import { joinTeam, type TeamJoining } from '../teams/join-team.ts'
import { selectTeamByInvitation } from '../teams/team-rows.ts'
import { writeKeywords } from './keyword-rows.ts'
import { selectUser } from './user-rows.ts'

/** Notification settings of a new account, as Mattermost's. */
const defaultNotifyProps = {
  email: 'true', push: 'mention', desktop: 'mention', desktop_sound: 'true', mention_keys: '', channel: 'true', push_status: 'online',
  push_threads: 'all', comments: 'never', first_name: 'false', desktop_threads: 'all', email_threads: 'all', auto_responder_active: 'false',
  auto_responder_message: '', highlight_keys: '',
}

type Input = InputOf<typeof usersCreate>

export function createUserCreation(parts: Pick<ChatParts, 'db' | 'writer' | 'access' | 'settings' | 'passwords' | 'ids' | 'clock' | 'throttle'> & { readonly joining: TeamJoining }) {
  const { db, writer, access, settings, passwords, ids, clock, throttle, joining } = parts

  const assertForm = (input: Input): { username: string, email: string } => {
    const username = normalizeUsername(input.username)
    const email = normalizeEmail(input.email)
    if (!isUsername(username)) throw new RookeryError('username_invalid')
    if (!isEmail(email)) throw new RookeryError('email_invalid')
    const { emailDomains, minimumPasswordLength } = settings.accounts
    if (emailDomains.length > 0 && !emailDomains.includes(email.split('@')[1] ?? '')) throw new RookeryError('email_domain_refused')
    assertAcceptable(input.password, { ...defaultPasswordSettings, minimumLength: minimumPasswordLength }, { username, email })
    return { username, email }
  }

  const insert = async (transaction: Transaction, input: Input, { username, email, passwordHash, isFirst }: { username: string, email: string, passwordHash: string, isFirst: boolean }): Promise<User> => {
    const id = ids.next()
    const now = clock.now()
    const notifyProps = { ...defaultNotifyProps, ...input.notifyProps }
    await transaction.query(sql`
      insert into users (id, create_at, update_at, username, email, password_hash, nickname, first_name, last_name, position, roles,
        locale, timezone, notify_props, props, last_password_update_at)
      values (${id}, ${now}, ${now}, ${username}, ${email}, ${passwordHash}, ${input.nickname ?? ''}, ${input.firstName ?? ''},
        ${input.lastName ?? ''}, ${input.position ?? ''}, ${isFirst ? 'system_admin system_user' : 'system_user'}, ${input.locale || 'en'},
        ${json(input.timezone ?? { useAutomaticTimezone: 'true', manualTimezone: '', automaticTimezone: '' })}, ${json(notifyProps)}, ${json(input.props ?? {})}, ${now})`)
    const user = await selectUser(transaction, id) as User
    await writeKeywords(transaction, user)
    return user
  }

  return implement(usersCreate, {
    /** Anybody may while there is no account yet; then sign-up must be open, an invitation shown, or the actor an admin. */
    async access(context, input) {
      const isFirst = !(await db.maybeOne(sql`select 1 as one from users limit 1`))
      const team = input.inviteId ? await selectTeamByInvitation(db, input.inviteId) : undefined
      if (input.inviteId && !team) throw new RookeryError('invitation_invalid')
      if (!isFirst && !team && !settings.accounts.openSignUp && !access.hasSystem(context, 'sysconsole_write_user_management_users')) throw new RookeryError('sign_up_closed')
      return { team }
    },
    async handle(context, input, { team }) {
      if (context.actor.kind === 'anonymous') throttle.attempt(`sign-up ${context.address}`)
      const form = assertForm(input)
      const passwordHash = await passwords.hash(input.password)
      try {
        return await writer.write(async (transaction, emit) => {
          // Only one account can be the first, however many sign up in the same moment.
          await transaction.query(sql`lock table users in share row exclusive mode`)
          const isFirst = !(await transaction.maybeOne(sql`select 1 as one from users limit 1`))
          const user = await insert(transaction, input, { ...form, passwordHash, isFirst })
          emit(userCreated, { user }, {})
          if (team) await joinTeam(joining, transaction, emit, { team, user, isAdmin: false })
          return user
        })
      } catch (error) {
        if (error instanceof UniqueViolationError) throw new RookeryError(error.constraint === 'ux_users_email' ? 'email_taken' : 'username_taken')
        throw error
      }
    },
  })
}
