import { CallError } from '@rookery/sdk/plugin'
import type { Answer, BuiltIn, Call } from '../call.ts'
import { addressOf, findChannel, findUser } from './names.ts'

const defaultChannel = 'town-square'

async function join(call: Call): Promise<Answer> {
  const { text, context } = call
  const { asActor, actor } = context
  const channel = await findChannel(text, call)
  if (!channel) return { text: await context.t(text.trim() === '' ? 'answers.join.usage' : 'answers.join.noChannel') }
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
  if (name === '') return { text: await context.t('answers.remove.usage') }
  const channel = await context.asActor.channels.get({ channelId })
  if (channel.type === 'D' || channel.type === 'G') return { text: await context.t('answers.remove.conversation') }
  const user = await findUser(name, context)
  if (!user) return { text: await context.t('answers.remove.nobody') }
  try {
    await context.asActor.channelMembers.remove({ channelId, userId: user.id })
    return {}
  } catch (error) {
    if (error instanceof CallError && error.code === 'channel_member_not_found') return { text: await context.t('answers.remove.notHere', { username: user.username }) }
    throw error
  }
}

async function mute(call: Call): Promise<Answer> {
  const { text, channelId, context } = call
  const { asActor, actor } = context
  const [name = ''] = text.trim().split(/\s+/)
  const channel = name === '' ? await asActor.channels.get({ channelId }) : await findChannel(name, call)
  if (!channel) return { text: await context.t('answers.noChannelCalled', { name: name.slice(0, 64) }) }
  const { notifyProps } = await asActor.channelMembers.get({ channelId: channel.id, userId: actor.userId })
  const isMuted = notifyProps['mark_unread'] === 'mention'
  await asActor.channelMembers.setNotifyProps({ channelId: channel.id, userId: actor.userId, notifyProps: { mark_unread: isMuted ? 'all' : 'mention' } })
  if (channel.type === 'D' || channel.type === 'G') return { text: await context.t(isMuted ? 'answers.mute.conversationOff' : 'answers.mute.conversationOn') }
  return { text: await context.t(isMuted ? 'answers.mute.off' : 'answers.mute.on', { channel: channel.displayName }) }
}

const removing = { words: 'remove', hasHint: true, run: remove }
const joining = { words: 'join', hasHint: true, run: join }

/** Commands about who belongs to a channel. */
export const membership: readonly BuiltIn[] = [
  { trigger: 'join', ...joining },
  { trigger: 'open', ...joining },
  { trigger: 'leave', words: 'leave', run: leave },
  { trigger: 'kick', ...removing },
  { trigger: 'remove', ...removing },
  { trigger: 'mute', words: 'mute', hasHint: true, run: mute },
]
