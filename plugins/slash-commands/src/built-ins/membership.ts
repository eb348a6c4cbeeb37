import { CallError } from '@rookery/sdk/plugin'
import type { Answer, BuiltIn, Call } from '../call.ts'
import { addressOf, findChannel, findUser } from './names.ts'

const defaultChannel = 'town-square'

async function join(call: Call): Promise<Answer> {
  const { text, context: { asActor, actor } } = call
  const channel = await findChannel(text, call)
  if (!channel) return { text: text.trim() === '' ? 'Name the channel that you want to join.' : 'There is no such channel.' }
  await asActor.channelMembers.add({ channelId: channel.id, userIds: [actor.userId] })
  return { goToLocation: await addressOf(channel.name, call) }
}

async function leave(call: Call): Promise<Answer> {
  const { channelId, context: { asActor, actor } } = call
  await asActor.channelMembers.remove({ channelId, userId: actor.userId })
  return { goToLocation: await addressOf(defaultChannel, call) }
}

async function remove({ text, channelId, context }: Call): Promise<Answer> {
  const [name = ''] = text.trim().split(/\s+/)
  if (name === '') return { text: 'Name whom you want to remove: `/remove @username`.' }
  const channel = await context.asActor.channels.get({ channelId })
  if (channel.type === 'D' || channel.type === 'G') return { text: 'Nobody can be removed from a direct or group message.' }
  const user = await findUser(name, context)
  if (!user) return { text: 'There is nobody of this name.' }
  try {
    await context.asActor.channelMembers.remove({ channelId, userId: user.id })
    return {}
  } catch (error) {
    if (error instanceof CallError && error.code === 'channel_member_not_found') return { text: `@${user.username} is not in this channel.` }
    throw error
  }
}

async function mute(call: Call): Promise<Answer> {
  const { text, channelId, context: { asActor, actor } } = call
  const [name = ''] = text.trim().split(/\s+/)
  const channel = name === '' ? await asActor.channels.get({ channelId }) : await findChannel(name, call)
  if (!channel) return { text: `There is no channel ${name.slice(0, 64)}.` }
  const { notifyProps } = await asActor.channelMembers.get({ channelId: channel.id, userId: actor.userId })
  const isMuted = notifyProps['mark_unread'] === 'mention'
  await asActor.channelMembers.setNotifyProps({ channelId: channel.id, userId: actor.userId, notifyProps: { mark_unread: isMuted ? 'all' : 'mention' } })
  const named = channel.type === 'D' || channel.type === 'G' ? 'this conversation' : channel.displayName
  return { text: isMuted ? `You hear of ${named} again.` : `You will not hear of ${named} unless you are mentioned.` }
}

const removing = { description: 'Removes somebody from the channel', hint: '@[username]', run: remove }
const joining = { description: 'Joins a channel of the team', hint: '~[channel]', run: join }

/** Commands about who belongs to a channel. */
export const membership: readonly BuiltIn[] = [
  { trigger: 'join', ...joining },
  { trigger: 'open', ...joining },
  { trigger: 'leave', description: 'Leaves the channel', run: leave },
  { trigger: 'kick', ...removing },
  { trigger: 'remove', ...removing },
  { trigger: 'mute', description: 'Turns notifications of a channel off, or on again', hint: '~[channel]', run: mute },
]
