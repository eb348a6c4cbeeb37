import { RookeryError, userCreated, usersCreate, type InputOf, type User } from '@rookery/sdk/protocol'
import { assertAcceptable, defaultPasswordSettings, networkOf } from '../../auth/index.ts'
import { implement } from '../../operations/index.ts'
import { json, sql, UniqueViolationError, type Transaction } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'
import { askAboutJoining } from '../teams/ask-about-joining.ts'
import type { MailedInvitations } from '../teams/mailed-invitations.ts'
import { joinTeam, type TeamJoining } from '../teams/join-team.ts'
import { selectTeamByInvitation } from '../teams/team-rows.ts'
import { defaultNotifyProps, readEmail, readProfile, readUsername } from './account-form.ts'
import type { EmailVerification } from './email-verifications.ts'
import { writeKeywords } from './keyword-rows.ts'
import { selectUser } from './user-rows.ts'
import { publicUser } from './visible-user.ts'
import type { Welcome } from './welcome.ts'

type Input = InputOf<typeof usersCreate>

interface Form { readonly username: string, readonly email: string, readonly profile: ReturnType<typeof readProfile> }

/** Under the name that sign-up has for it. */
const asSignUpLink = (error: unknown): never => { throw error instanceof RookeryError && error.code === 'invitation_invalid' ? new RookeryError('sign_up_link_invalid') : error }

export function createUserCreation(parts: Pick<ChatParts, 'db' | 'writer' | 'access' | 'settings' | 'passwords' | 'ids' | 'clock' | 'addressThrottle' | 'mails' | 'ways'> & { readonly joining: TeamJoining, readonly verification: EmailVerification, readonly welcome: Welcome, readonly invitations: MailedInvitations }) {
  const { db, writer, access, settings, passwords, ids, clock, addressThrottle, mails, joining, verification, welcome, invitations } = parts

  const ways = parts.ways(usersCreate)

  const readForm = (input: Input, text: string): Form => {
    const username = readUsername(input.username)
    const email = readEmail(text, settings.accounts)
    assertAcceptable(input.password, { ...defaultPasswordSettings, minimumLength: settings.accounts.minimumPasswordLength }, { username, email })
    return { username, email, profile: readProfile(input) }
  }

  const insert = async (transaction: Transaction, { username, email, profile }: Form, { id, passwordHash, isFirst, isVerified }: { id: string, passwordHash: string, isFirst: boolean, isVerified: boolean }): Promise<User> => {
    const now = clock.now()
    const { nickname = '', firstName = '', lastName = '', position = '', locale = settings.site.locale, timezone, notifyProps = defaultNotifyProps, props = {} } = profile
    await transaction.query(sql`
      insert into users (id, create_at, update_at, username, email, email_verified, password_hash, nickname, first_name, last_name, position, roles,
        locale, timezone, notify_props, props, last_password_update_at)
      values (${id}, ${now}, ${now}, ${username}, ${email}, ${isVerified}, ${passwordHash}, ${nickname}, ${firstName}, ${lastName}, ${position},
        ${isFirst ? 'system_admin system_user' : 'system_user'}, ${locale},
        ${json(timezone ?? { useAutomaticTimezone: 'true', manualTimezone: '', automaticTimezone: '' })}, ${json(notifyProps)}, ${json(props)}, ${now})`)
    const user = await selectUser(transaction, id) as User
    await writeKeywords(transaction, user)
    return user
  }

  /** Only one account can be the first, however many sign up in the same moment; once there is one, nobody waits here. */
  const claimFirst = async (transaction: Transaction): Promise<boolean> => {
    const isEmpty = async (): Promise<boolean> => !(await transaction.maybeOne(sql`select 1 as one from users where not is_bot limit 1`))
    if (!(await isEmpty())) return false
    await transaction.query(sql`lock table users in share row exclusive mode`)
    return isEmpty()
  }

  return implement(usersCreate, {
    /** Anybody may while there is no account yet; then sign-up must be open, an invitation shown, or the actor an admin. */
    async access(context, input) {
      const isFirst = !(await db.maybeOne(sql`select 1 as one from users where not is_bot limit 1`))
      const mailed = input.inviteToken ? await invitations.find(context, input.inviteToken).catch(asSignUpLink) : undefined
      const team = mailed?.team ?? (input.inviteId ? await selectTeamByInvitation(db, input.inviteId) : undefined)
      if (input.inviteId && !team) throw new RookeryError('invitation_invalid')
      const isInvited = team !== undefined || settings.accounts.openSignUp || access.hasSystem(context, 'sysconsole_write_user_management_users')
      if (!isFirst && !isInvited) throw new RookeryError('sign_up_closed')
      return { team, isInvited, mailed, channelIds: mailed ? await invitations.channelsOf(mailed) : [] }
    },
    async handle(context, input, { team, isInvited, mailed, channelIds }) {
      if (context.actor.kind === 'anonymous') addressThrottle.attempt(`sign-up ${networkOf(context.address)}`)
      // Whoever holds a mailed invitation reads the mails of its address.
      const form = readForm(input, mailed?.email ?? input.email)
      const id = ids.next()
      const keptOut = team && await askAboutJoining(parts, ways, context, { team, user: { id, roles: 'system_user' }, channelIds })
      const passwordHash = await passwords.hash(input.password)
      try {
        return await writer.write(async (transaction, emit) => {
          const isFirst = await claimFirst(transaction)
          if (!isFirst && !isInvited) throw new RookeryError('sign_up_closed')
          if (mailed) await invitations.take(transaction, input.inviteToken ?? '').catch(asSignUpLink)
          // Whoever sets the server up cannot be mailed before that is done.
          const user = await insert(transaction, form, { id, passwordHash, isFirst, isVerified: isFirst || mailed !== undefined })
          emit(userCreated, { user: publicUser(user, settings.accounts) }, { visibleUserId: user.id })
          // Whoever came by a mail knows from it where the server is, and so does who is to confirm an address.
          if (!user.isEmailVerified && settings.accounts.requireVerifiedEmail && mails.isOn) await verification.ask(transaction, user, user.email)
          else if (!mailed && input.withoutWelcome !== true) await welcome.greet(transaction, user)
          if (team) await joinTeam(joining, transaction, emit, { team, user, isAdmin: false, channelIds, ...(keptOut && { keptOut }) })
          return user
        })
      } catch (error) {
        if (error instanceof UniqueViolationError) throw new RookeryError(error.constraint === 'ux_users_email' ? 'email_taken' : 'username_taken')
        throw error
      }
    },
  })
}
