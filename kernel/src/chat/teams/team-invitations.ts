import {
  RookeryError, teamInvitationsAccept, teamInvitationsGet, teamInvitationsRevokeAll, teamInvitationsSend, type ErrorCode, type Team, type User,
} from '@rookery/sdk/protocol'
import { createThrottle, networkOf, type ThrottleLimits } from '../../auth/index.ts'
import type { TextKey } from '../../languages/index.ts'
import { actorIdOf, implement, type AnyImplementation, type Context } from '../../operations/index.ts'
import { binary, sql, textArray, type Queries, type Transaction } from '../../storage/index.ts'
import { isGuest } from '../channels/open-direct.ts'
import type { ChatParts } from '../parts.ts'
import { readEmail } from '../users/account-form.ts'
import { selectUser } from '../users/user-rows.ts'
import { fitsDomains, joinTeam } from './join-team.ts'
import { selectTeam, teamColumns } from './team-rows.ts'

const validMs = 48 * 3_600_000
/** Mails that one account asks for. */
const inviterLimits: ThrottleLimits = { attempts: 200, windowMs: 3_600_000, maximumKeys: 10_000, refusal: 'too_many_mails' }

export interface MailedInvitation { readonly team: Team, readonly email: string }

/** Invitations that were mailed. What is stored of one opens nothing. */
export interface MailedInvitations {
  /** Throws `invitation_invalid` where it was used, is too old or is none, and where its team is archived. */
  find(db: Queries, context: Context, token: string): Promise<MailedInvitation>
  /** Uses it up: of two who come at the same time one is too late. Answers the channels to which it leads, as far as the inviter may still lead there. */
  take(transaction: Transaction, token: string): Promise<readonly string[]>
}

export function createMailedInvitations({ tokens, addressThrottle, clock }: Pick<ChatParts, 'tokens' | 'addressThrottle' | 'clock'>): MailedInvitations {
  return {
    async find(db, { address }, token) {
      const key = `invitation ${networkOf(address)}`
      addressThrottle.attempt(key)
      const found = await db.maybeOne<Team & { invited: string }>(sql`
        select ${teamColumns}, i.email as invited from team_invitations i join teams t on t.id = i.team_id
        where i.token_hash = ${binary(tokens.hashToken(token))} and i.expires_at > ${clock.now()} and t.delete_at = 0`)
      if (!found) throw new RookeryError('invitation_invalid')
      addressThrottle.refund(key)
      const { invited, ...team } = found
      return { team, email: invited }
    },
    async take(transaction, token) {
      const taken = await transaction.maybeOne<{ teamId: string, inviterId: string, channelIds: readonly string[] }>(sql`
        delete from team_invitations where token_hash = ${binary(tokens.hashToken(token))} and expires_at > ${clock.now()}
        returning team_id as "teamId", inviter_id as "inviterId", channel_ids as "channelIds"`)
      if (!taken) throw new RookeryError('invitation_invalid')
      return taken.channelIds.length > 0 ? selectInvitedChannels(transaction, taken) : []
    },
  }
}

/** To open channels whoever is in the team may lead, to private ones who is a member. */
async function selectInvitedChannels(transaction: Transaction, { teamId, inviterId, channelIds }: { teamId: string, inviterId: string, channelIds: readonly string[] }): Promise<readonly string[]> {
  const found = await transaction.any<{ id: string }>(sql`
    select c.id from channels c where c.id = any (${textArray(channelIds)}) and c.team_id = ${teamId} and c.delete_at = 0 and c.type in ('O', 'P')
      and (${inviterId} = '' or exists (
        select 1 from users u where u.id = ${inviterId} and u.delete_at = 0 and ('system_admin' = any (string_to_array(u.roles, ' '))
          or (c.type = 'O' and exists (select 1 from team_members tm where tm.team_id = c.team_id and tm.user_id = u.id and tm.delete_at = 0))
          or exists (select 1 from channel_members cm where cm.channel_id = c.id and cm.user_id = u.id))))`)
  return found.map(({ id }) => id)
}

interface Invited { readonly teamId: string, readonly inviterId: string, readonly email: string, readonly channelIds?: readonly string[], readonly message?: string }

type Parts = Pick<ChatParts, 'db' | 'writer' | 'access' | 'settings' | 'tokens' | 'mails' | 'mailThrottle' | 'addressThrottle' | 'languages' | 'clock' | 'systemPosts'> & { readonly invitations: MailedInvitations }

export function createTeamInvitations(parts: Parts): AnyImplementation[] {
  const { db, writer, access, settings, tokens, mails, mailThrottle, languages, clock, invitations } = parts
  const inviterThrottle = createThrottle({ clock, limits: inviterLimits })

  const mailed = mails.define<Invited>('team invitation', async ({ teamId, inviterId, email, channelIds = [], message = '' }) => {
    const [team, inviter] = [await selectTeam(db, teamId), await selectUser(db, inviterId)]
    // Whoever administers the machine has no account.
    if (!team || team.deleteAt > 0 || (inviterId !== '' && (!inviter || inviter.deleteAt > 0))) return undefined
    const token = tokens.token()
    const now = clock.now()
    await db.query(sql`
      with old as (delete from team_invitations where expires_at <= ${now})
      insert into team_invitations (token_hash, team_id, email, inviter_id, channel_ids, expires_at)
      values (${binary(tokens.hashToken(token))}, ${teamId}, ${email}, ${inviterId}, ${textArray(channelIds)}, ${now + validMs})`)
    // Of somebody who has no account yet nobody knows the language.
    const known = await db.maybeOne<{ locale: string }>(sql`select locale from users where lower(email) = ${email} and delete_at = 0`)
    const locale = known?.locale ?? settings.site.locale
    const name = inviter?.username ?? settings.site.name
    const say = (key: TextKey): string => languages.say(key, { site: settings.site.name, team: team.displayName, name }, locale)
    return {
      to: email, locale, subject: say('mails.invitationSubject'), paragraphs: [say('mails.invitationText'), ...message === '' ? [] : [`${say('mails.invitationMessage')}\n${message}`]],
      action: { label: say('mails.invitationAction'), url: `${settings.url}/signup_user_complete?t=${token}` }, closing: say('mails.invitationClosing'),
    }
  })

  const judge = (team: Team, inviterId: string, text: string): { email: string, code?: ErrorCode } => {
    try {
      const email = readEmail(text, settings.accounts)
      if (!fitsDomains(team, { email, roles: '' } as User)) return { email, code: 'team_refuses_domain' }
      inviterThrottle.attempt(inviterId)
      mailThrottle.attempt(`team invitation ${email}`)
      return { email }
    } catch (error) {
      if (error instanceof RookeryError) return { email: text, code: error.code }
      throw error
    }
  }

  /** Those of the team to which whoever invites may add people. */
  const open = async (context: Context, team: Team, channelIds: readonly string[]): Promise<readonly string[]> => {
    const judged = await Promise.all([...new Set(channelIds)].map(async (id) => {
      try {
        const channel = await access.channel(context, id)
        if (channel.teamId !== team.id || channel.deleteAt > 0) return []
        await access.channel(context, id, channel.type === 'O' ? 'manage_public_channel_members' : 'manage_private_channel_members')
        return [id]
      } catch (error) {
        if (error instanceof RookeryError) return []
        throw error
      }
    }))
    return judged.flat()
  }

  return [
    implement(teamInvitationsSend, {
      async access(context, { teamId }) {
        // People mail other people: of a plugin by itself nobody gets letters.
        if (context.actor.kind === 'user' && context.actor.plugin?.isBot) throw new RookeryError('permission_missing', { permission: 'invite_user' })
        const team = await access.team(context, teamId, 'invite_user')
        await access.team(context, teamId, 'add_user_to_team')
        mails.assertOn()
        if (!settings.mail.invitations) throw new RookeryError('mailed_invitations_off')
        return team
      },
      async handle(context, { emails, allOrNone = false, channelIds = [], message = '' }, team) {
        const inviterId = actorIdOf(context)
        const more = { ...(channelIds.length > 0 && { channelIds: await open(context, team, channelIds) }), ...(message.trim() !== '' && { message: message.trim() }) }
        const judged = [...new Set(emails)].map((text) => judge(team, inviterId, text))
        const refused = judged.find(({ code }) => code)
        if (allOrNone && refused?.code) throw new RookeryError(refused.code, refused.code === 'too_many_mails' ? { retryAfterSeconds: 3600 } : {})
        const items = judged.filter(({ code }) => !code).map(({ email }) => ({ key: `${team.id} ${email}`, about: { teamId: team.id, inviterId, email, ...more } }))
        if (items.length > 0) await db.transact((transaction) => mailed.putAll(transaction, items))
        return judged.map(({ email, code }) => ({ email, error: code ? { code, message: new RookeryError(code, { retryAfterSeconds: 3600 }).message } : null }))
      },
    }),
    implement(teamInvitationsGet, {
      access: (context, { token }) => invitations.find(db, context, token),
      handle: (_context, _input, { team: { id, name, displayName, description }, email }) => ({ id, name, displayName, description, email }),
    }),
    implement(teamInvitationsAccept, {
      async access(context, { token }) {
        const { team } = await invitations.find(db, context, token)
        const user = await access.user(context, access.userId(context))
        if (isGuest(user)) throw new RookeryError('invitation_refuses_guests')
        return { team, user }
      },
      handle: (_context, { token }, { team, user }) => writer.write(async (transaction, emit) => {
        const channelIds = await invitations.take(transaction, token)
        return joinTeam(parts, transaction, emit, { team, user, isAdmin: false, channelIds })
      }, { actorId: user.id }),
    }),
    implement(teamInvitationsRevokeAll, {
      access(context) { access.system(context, 'invalidate_email_invite') },
      async handle() {
        await db.query(sql`delete from team_invitations`)
        return {}
      },
    }),
  ]
}
