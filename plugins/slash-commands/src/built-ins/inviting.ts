import { CallError } from '@rookery/sdk/plugin'
import type { Channel, User } from '@rookery/sdk/protocol'
import type { Answer, BuiltIn, Call } from '../call.ts'
import { findChannel, findUser, mention } from './names.ts'

/** More names than these in one command are not read. */
const maximumNames = 50

interface Guests { readonly users: readonly User[], readonly channels: readonly Channel[], readonly problems: readonly string[] }

/** `@ada bob ~looms`: what begins with ~ is a channel, and so is what has no @ but at the beginning. */
async function readGuests(call: Call): Promise<Guests> {
  const words = call.text.split(/\s+/).filter((word) => word !== '').slice(0, maximumNames)
  const found = await Promise.all(words.map(async (word, index) => {
    const isUser = word.startsWith('@') || (index === 0 && !word.startsWith('~'))
    const thing = isUser ? await findUser(word, call.context) : await findChannel(word, call)
    return { word, isUser, thing }
  }))
  const users = found.flatMap(({ isUser, thing }) => (isUser && thing ? [thing as User] : []))
  const channels = found.flatMap(({ isUser, thing }) => (!isUser && thing ? [thing as Channel] : []))
  const problems = await Promise.all(found.filter(({ thing }) => !thing).map(({ word, isUser }) => call.context.t(isUser ? 'answers.nobodyCalled' : 'answers.noChannelCalled', { name: word.slice(0, 64) })))
  return { users, channels, problems }
}

/** What came of inviting some people to one channel, in words; nothing where the channel itself tells it. */
async function inviteTo(channel: Channel, users: readonly User[], { channelId, context }: Call): Promise<string[]> {
  const { asActor } = context
  if (channel.type === 'D' || channel.type === 'G') return [await context.t('answers.invite.conversation')]
  const present = new Set((await asActor.channelMembers.listByIds({ channelId: channel.id, userIds: users.map(({ id }) => id) })).map(({ userId }) => userId))
  const added: string[] = []
  const outside: string[] = []
  const problems = new Set<string>()
  await Promise.all(users.filter(({ id }) => !present.has(id)).map(async ({ id, username }) => {
    try {
      await asActor.channelMembers.add({ channelId: channel.id, userIds: [id] })
      added.push(username)
    } catch (error) {
      if (!(error instanceof CallError)) throw error
      if (error.code === 'user_not_in_team' || error.code === 'team_member_not_found') outside.push(username)
      else problems.add(error.message)
    }
  }))
  const already = users.filter(({ id }) => present.has(id)).map(({ username }) => username)
  return [
    ...(already.length > 0 ? [await context.t('answers.invite.already', { channel: channel.displayName, people: mention(already) })] : []),
    ...(added.length > 0 && channel.id !== channelId ? [await context.t('answers.invite.added', { channel: channel.displayName, people: mention(added) })] : []),
    ...(outside.length > 0 ? [await context.t('answers.invite.outside', { people: mention(outside) })] : []),
    ...problems,
  ]
}

async function invite(call: Call): Promise<Answer> {
  const { users, channels, problems } = await readGuests(call)
  if (users.length === 0) return { text: problems.join('\n') || await call.context.t('answers.invite.usage') }
  if (channels.length === 0 && problems.length > 0) return { text: problems.join('\n') }
  const targets = channels.length > 0 ? channels : [await call.context.asActor.channels.get({ channelId: call.channelId })]
  const told = await Promise.all(targets.map((channel) => inviteTo(channel, users, call)))
  return { text: [...problems, ...told.flat()].join('\n') }
}

/** More addresses than these in one command are not read. */
const maximumAddresses = 100
/** Refusals behind which there is another way: a link does the same. */
const withoutMail: ReadonlySet<string> = new Set(['mail_off', 'mailed_invitations_off', 'permission_missing'])

async function invitePeople({ text, teamId, context }: Call): Promise<Answer> {
  const emails = [...new Set(text.split(/[\s,]+/).filter((word) => word !== ''))].slice(0, maximumAddresses)
  if (teamId === '' || emails.length === 0) return { text: await context.t('answers.invite.mailUsage') }
  const { asActor, siteUrl } = context
  try {
    const answers = await asActor.teamInvitations.send({ teamId, emails })
    const invited = answers.filter(({ error }) => !error).map(({ email }) => email)
    const refused = answers.flatMap(({ email, error }) => (error ? [`${email}: ${error.message}`] : []))
    return { text: [...(invited.length > 0 ? [await context.t('answers.invite.mailed', { people: invited.join(', ') })] : []), ...refused].join('\n') }
  } catch (error) {
    if (!(error instanceof CallError) || !withoutMail.has(error.code)) throw error
    const { displayName, inviteId } = await asActor.teams.get({ teamId })
    // Whoever may invite is given what does the same.
    const instead = inviteId === '' ? await context.t('answers.invite.askManager') : await context.t('answers.invite.link', { team: displayName, link: `${siteUrl}/signup_user_complete/?id=${inviteId}` })
    return { text: `${error.message} ${instead}` }
  }
}

/** Commands that bring people together. */
export const inviting: readonly BuiltIn[] = [
  { trigger: 'invite', words: 'invite', hasHint: true, run: invite },
  {
    trigger: 'invite_people', words: 'invitePeople', hasHint: true,
    run: invitePeople,
  },
]
