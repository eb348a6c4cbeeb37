import { CallError } from '@rookery/sdk/plugin'
import type { Channel } from '@rookery/sdk/protocol'
import type { Answer, BuiltIn, Call } from '../call.ts'
import { addressOf, findUser, mention } from './names.ts'

const minimumOthers = 2
const maximumOthers = 7

/** Opens a conversation, says the message there where there is one, and leads to it. */
async function speak(call: Call, channel: Channel, message: string): Promise<Answer> {
  if (message !== '') await call.context.asActor.posts.create({ channelId: channel.id, message })
  return { goToLocation: await addressOf(channel.name, call) }
}

async function sendTo(name: string, message: string, call: Call): Promise<Answer> {
  const { asActor, actor } = call.context
  const user = await findUser(name, call.context)
  if (!user || user.id === actor.userId) return { text: await call.context.t('answers.message.nobody') }
  return speak(call, await asActor.channels.createDirect({ userIds: [actor.userId, user.id] }), message)
}

/** `@ada, @bob, carol How are you?`: names with commas between them; after the last one comes the message. */
export function readGroup(text: string): { names: string[], message: string } {
  const [, list = '', message = ''] = /^\s*((?:@?[^\s,]+\s*,\s*)*@?[^\s,]+)([^]*)$/.exec(text) ?? []
  return { names: list.split(',').map((name) => name.trim()).filter((name) => name !== ''), message: message.trim() }
}

async function sendToGroup(call: Call): Promise<Answer> {
  const { asActor, actor } = call.context
  const { names, message } = readGroup(call.text)
  if (names.length > maximumOthers * 2) return { text: await call.context.t('answers.message.tooMany', { maximum: maximumOthers }) }
  const found = await Promise.all(names.map((name) => findUser(name, call.context)))
  const unknown = names.filter((_name, index) => !found[index]).map((name) => name.replace(/^@/, '').slice(0, 64))
  if (unknown.length > 0) return { text: await call.context.t('answers.nobodyCalled', { name: mention(unknown) }) }
  const others = [...new Map(found.flatMap((user) => (user && user.id !== actor.userId ? [[user.id, user] as const] : []))).values()]
  const [only] = others
  if (others.length === 1 && only) return sendTo(only.username, message, call)
  if (others.length < minimumOthers || others.length > maximumOthers) return { text: await call.context.t('answers.message.groupSize', { minimum: minimumOthers, maximum: maximumOthers }) }
  return speak(call, await asActor.channels.createGroup({ userIds: [actor.userId, ...others.map(({ id }) => id)] }), message)
}

async function send(call: Call): Promise<Answer> {
  const [, name = '', message = ''] = /^\s*(\S+)\s*([^]*)$/.exec(call.text) ?? []
  try {
    return await sendTo(name, message, call)
  } catch (error) {
    if (error instanceof CallError && error.code === 'direct_channel_invalid') return { text: await call.context.t('answers.message.nobody') }
    throw error
  }
}

/** Commands that write to people. */
export const messages: readonly BuiltIn[] = [
  { trigger: 'msg', words: 'msg', hasHint: true, run: send },
  { trigger: 'groupmsg', words: 'groupmsg', hasHint: true, run: sendToGroup },
]
