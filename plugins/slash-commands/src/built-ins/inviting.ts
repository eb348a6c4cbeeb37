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
  const problems = found.filter(({ thing }) => !thing).map(({ word, isUser }) => (isUser ? `There is nobody called ${word.slice(0, 64)}.` : `There is no channel ${word.slice(0, 64)}.`))
  return { users, channels, problems }
}

/** What came of inviting some people to one channel, in words; nothing where the channel itself tells it. */
async function inviteTo(channel: Channel, users: readonly User[], { channelId, context: { asActor } }: Call): Promise<string[]> {
  if (channel.type === 'D' || channel.type === 'G') return ['Nobody can be added to a direct or group message.']
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
    ...(already.length > 0 ? [`Already in ${channel.displayName}: ${mention(already)}.`] : []),
    ...(added.length > 0 && channel.id !== channelId ? [`Added to ${channel.displayName}: ${mention(added)}.`] : []),
    ...(outside.length > 0 ? [`Not in the team: ${mention(outside)}.`] : []),
    ...problems,
  ]
}

async function invite(call: Call): Promise<Answer> {
  const { users, channels, problems } = await readGuests(call)
  if (users.length === 0) return { text: problems.join('\n') || 'Name whom you want to add: `/invite @username ~channel`.' }
  if (channels.length === 0 && problems.length > 0) return { text: problems.join('\n') }
  const targets = channels.length > 0 ? channels : [await call.context.asActor.channels.get({ channelId: call.channelId })]
  const told = await Promise.all(targets.map((channel) => inviteTo(channel, users, call)))
  return { text: [...problems, ...told.flat()].join('\n') }
}

/** Whoever may invite is given what does the same. */
async function invitePeople({ teamId, context: { asActor, siteUrl } }: Call): Promise<Answer> {
  const sorry = 'This server sends no e-mail, so nobody was invited.'
  const { displayName = '', inviteId = '' } = teamId === '' ? {} : await asActor.teams.get({ teamId })
  if (inviteId === '') return { text: `${sorry} Whoever manages the team has a link to it.` }
  return { text: `${sorry} Whoever opens this link can join ${displayName}: ${siteUrl}/signup_user_complete/?id=${inviteId}` }
}

/** Commands that bring people together. */
export const inviting: readonly BuiltIn[] = [
  { trigger: 'invite', description: 'Adds people to channels', hint: '@[username]... ~[channel]...', run: invite },
  {
    trigger: 'invite_people', description: 'Invites people to the team by e-mail', hint: '[name@example.com]...',
    run: invitePeople,
  },
]
