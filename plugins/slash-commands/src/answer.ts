import type { CommandOutcome } from '@rookery/sdk/protocol'
import type { Answer, Call, Context } from './call.ts'

/** Where an answer is shown, and with whose rights. */
export interface Place {
  readonly userId: string
  readonly channelId: string
  readonly rootId: string
  readonly powers: Pick<Context['asActor'], 'posts'>
}

/** What an answer says of where it comes from: only what other servers say has it. */
function propsOf({ props = {}, isOfIntegration = false, username = '', iconUrl = '' }: Answer): Record<string, unknown> {
  return { ...props, ...(isOfIntegration && { from_webhook: 'true', ...(username && { override_username: username }), ...(iconUrl && { override_icon_url: iconUrl }) }) }
}

/** Shows an answer to who asked, or to the channel in that person's name. Without anything to see, nothing happens. */
export async function showIn({ userId, channelId: asked, rootId, powers }: Place, answer: Answer): Promise<void> {
  const { kind = 'ephemeral', text = '', postType = '', channelId: wanted = '' } = answer
  const props = propsOf(answer)
  if (text.trim() === '' && !Array.isArray(props['attachments'])) return
  // An answer that belongs elsewhere is no part of the thread in which it was asked.
  const place = wanted && wanted !== asked ? { channelId: wanted } : { channelId: asked, rootId }
  if (kind === 'inChannel') await powers.posts.create({ ...place, message: text, ...(postType && { type: postType }), props })
  else await powers.posts.sendEphemeral({ ...place, userId, message: text, props })
}

/** Shows what a command has to say, and tells the client what to do. */
export async function show({ context, channelId, rootId }: Call, answers: readonly Answer[], clientTriggerId: string): Promise<CommandOutcome> {
  const place: Place = { userId: context.actor.userId, channelId, rootId, powers: context.asActor }
  for (const answer of answers) await showIn(place, answer)
  const [first = {}] = answers
  const { kind = 'ephemeral', text = '', goToLocation = '', postType = '', username = '', iconUrl = '' } = first
  const { attachments, ...props } = propsOf(first)
  return {
    kind, text: text.trim() === '' ? '' : text, goToLocation, triggerId: clientTriggerId, username, iconUrl, postType, props,
    attachments: (Array.isArray(attachments) ? attachments : []) as CommandOutcome['attachments'],
  }
}
