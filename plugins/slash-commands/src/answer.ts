import type { CommandOutcome } from '@rookery/sdk/protocol'
import type { Answer, Call } from './call.ts'

/** Shows what a command has to say, and tells the client what to do. */
export async function show({ context, channelId, rootId }: Call, { kind = 'ephemeral', text = '', goToLocation = '', postType = '', props = {} }: Answer): Promise<CommandOutcome> {
  const message = text.trim() === '' ? '' : text
  if (message !== '' && kind === 'inChannel') {
    await context.asActor.posts.create({ channelId, rootId, message, ...(postType && { type: postType }), props: { ...props } })
  } else if (message !== '') {
    await context.asActor.posts.sendEphemeral({ userId: context.actor.userId, channelId, rootId, message, props: { ...props } })
  }
  return { kind, text: message, goToLocation, triggerId: '', username: '', iconUrl: '', postType, props: { ...props }, attachments: [] }
}
