import {
  RookeryError, teamInvitationsAccept, teamInvitationsGet, teamInvitationsRevokeAll, teamInvitationsSend, type ErrorCode, type Team, type User,
} from '@rookery/sdk/protocol'
import { createThrottle, type ThrottleLimits } from '../../auth/index.ts'
import type { TextKey } from '../../languages/index.ts'
import { actorIdOf, implement, type AnyImplementation } from '../../operations/index.ts'
import { binary, sql, textArray } from '../../storage/index.ts'
import { isGuest } from '../channels/open-direct.ts'
import type { ChatParts } from '../parts.ts'
import { readEmail } from '../users/account-form.ts'
import { selectUser } from '../users/user-rows.ts'
import { askAboutJoining } from './ask-about-joining.ts'
import { fitsDomains, joinTeam } from './join-team.ts'
import type { MailedInvitations } from './mailed-invitations.ts'
import { selectTeam } from './team-rows.ts'

const validMs = 48 * 3_600_000
/** Mails that one account asks for. */
const inviterLimits: ThrottleLimits = { attempts: 200, windowMs: 3_600_000, maximumKeys: 10_000, refusal: 'too_many_mails' }

interface Invited { readonly teamId: string, readonly inviterId: string, readonly email: string, readonly channelIds?: readonly string[], readonly message?: string }

type Parts = Pick<ChatParts, 'db' | 'writer' | 'access' | 'settings' | 'tokens' | 'mails' | 'mailThrottle' | 'addressThrottle' | 'languages' | 'clock' | 'systemPosts' | 'ways'> & { readonly invitations: MailedInvitations }

export function createTeamInvitations(parts: Parts): AnyImplementation[] {
  const { db, writer, access, settings, tokens, mails, mailThrottle, languages, clock, invitations } = parts
  const accepting = parts.ways(teamInvitationsAccept)
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
        const more = { ...(channelIds.length > 0 && { channelIds: await invitations.openChannels(context, team, channelIds) }), ...(message.trim() !== '' && { message: message.trim() }) }
        const judged = [...new Set(emails)].map((text) => judge(team, inviterId, text))
        const refused = judged.find(({ code }) => code)
        if (allOrNone && refused?.code) throw new RookeryError(refused.code, refused.code === 'too_many_mails' ? { retryAfterSeconds: 3600 } : {})
        const items = judged.filter(({ code }) => !code).map(({ email }) => ({ key: `${team.id} ${email}`, about: { teamId: team.id, inviterId, email, ...more } }))
        if (items.length > 0) await db.transact((transaction) => mailed.putAll(transaction, items))
        return judged.map(({ email, code }) => ({ email, error: code ? { code, message: new RookeryError(code, { retryAfterSeconds: 3600 }).message } : null }))
      },
    }),
    implement(teamInvitationsGet, {
      access: (context, { token }) => invitations.find(context, token),
      handle: (_context, _input, { team: { id, name, displayName, description }, email }) => ({ id, name, displayName, description, email }),
    }),
    implement(teamInvitationsAccept, {
      async access(context, { token }) {
        const invitation = await invitations.find(context, token)
        const user = await access.user(context, access.userId(context))
        if (isGuest(user)) throw new RookeryError('invitation_refuses_guests')
        return { team: invitation.team, user, channelIds: await invitations.channelsOf(invitation) }
      },
      async handle(context, { token }, { team, user, channelIds }) {
        const keptOut = await askAboutJoining(parts, accepting, context, { team, user, channelIds })
        return writer.write(async (transaction, emit) => {
          await invitations.take(transaction, token)
          return joinTeam(parts, transaction, emit, { team, user, isAdmin: false, channelIds, keptOut })
        }, { actorId: user.id })
      },
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
