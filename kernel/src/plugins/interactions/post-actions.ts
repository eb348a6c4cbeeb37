import { postActionsRun, postsEdit, postsSendEphemeral, RookeryError, type Channel, type InputOf, type Post } from '@rookery/sdk/protocol'
import type { Access, Directory } from '../../auth/index.ts'
import { findCookie, openAction, type SealedAction } from '../../chat/index.ts'
import { implement, type AnyImplementation, type Context, type Operations, type PluginReach } from '../../operations/index.ts'
import type { TextSeal } from '../../plugin-storage/index.ts'
import type { BlockDialogs, BlockPresses, FoundPress } from '../blocks/index.ts'
import type { AskIntegration } from './ask-integration.ts'
import type { Triggers } from './triggers.ts'

interface Parts {
  readonly access: Access
  readonly directory: Directory
  readonly actionSeal: TextSeal
  readonly triggers: Triggers
  readonly ask: AskIntegration
  readonly presses: BlockPresses
  readonly blockDialogs: BlockDialogs
  readonly operations: () => Pick<Operations, 'dispatch'>
}

type Input = InputOf<typeof postActionsRun>
/** Of attachments. */
interface Pressed { readonly action: SealedAction, readonly channel: Channel, readonly post: Post | undefined }

/** What the maker of a post may do there because somebody pressed one of its buttons, and nowhere else. */
const reachOf = (channel: Channel, isBot: boolean): PluginReach => ({ pluginId: '', isBot, has: () => false, reachesTeam: (teamId) => teamId === channel.teamId, reaches: ({ id }) => id === channel.id })

/** Buttons and menus in posts. */
export function createPostActions({ access, directory, actionSeal, triggers, ask, presses, blockDialogs, operations }: Parts): AnyImplementation[] {
  /** What a stored post says counts; of one that is stored nowhere, what the client was given. */
  const find = async (context: Context, { postId, actionId, cookie = '' }: Input): Promise<Pressed | FoundPress> => {
    const stored = await access.post(context, postId, 'read_channel_content').catch((error: unknown) => {
      if (cookie !== '' && error instanceof RookeryError && error.code === 'post_not_found') return undefined
      throw error
    })
    const inBlocks = stored ? presses.inPost(context, stored.post, stored.channel, actionId) : await (cookie === '' ? undefined : await presses.byCookie(context, cookie, { postId, actionId }))
    if (inBlocks) return inBlocks
    const sealed = stored ? findCookie(stored.post.props, actionId) : cookie
    if (!sealed) throw new RookeryError('action_not_found')
    const action = await openAction(sealed, actionSeal)
    if (action.postId !== postId || action.actionId !== actionId) throw new RookeryError('action_stale')
    return { action, post: stored?.post, channel: stored?.channel ?? await access.channel(context, action.channelId, 'read_channel_content') }
  }

  const request = async (context: Context, { action, channel }: Pressed, triggerId: string, { selectedOption, query }: Input): Promise<object> => {
    const userId = access.userId(context)
    const user = await directory.users.get(userId)
    const team = channel.teamId ? await directory.teams.get(channel.teamId) : undefined
    const { integration, type, dataSource, postId } = action
    const isChosen = type === 'select' && selectedOption !== undefined && selectedOption !== ''
    return {
      user_id: userId, user_name: user?.username ?? '', channel_id: channel.id, channel_name: channel.name, team_id: channel.teamId, team_domain: team?.name ?? '',
      post_id: postId, trigger_id: triggerId, type, data_source: isChosen ? dataSource : '',
      context: { ...integration.context, ...(isChosen && { selected_option: selectedOption }), ...(query && { query }) },
    }
  }

  /** The post as its maker wants it now. */
  const update = async (context: Context, { post, channel }: Pressed, { message, props }: Record<string, unknown>): Promise<void> => {
    const author = post && await directory.users.get(post.userId)
    if (!post || !author) return
    const asAuthor: Context = { ...context, actor: { kind: 'user', userId: author.id, sessionId: '', roles: author.roles.split(' '), plugin: reachOf(channel, true) } }
    await operations().dispatch(postsEdit, asAuthor, {
      postId: post.id, ...(typeof message === 'string' && { message }), ...(typeof props === 'object' && props !== null && !Array.isArray(props) && { props }),
    })
  }

  /** Stands where the button is, as the answers of blocks do: whoever pressed it looks there, and not into a thread that is closed. */
  const whisper = async (context: Context, { action, channel }: Pressed, message: string): Promise<void> => {
    if (context.actor.kind !== 'user') return
    const { userId } = context.actor
    const asSelf: Context = { ...context, actor: { ...context.actor, plugin: reachOf(channel, false) } }
    await operations().dispatch(postsSendEphemeral, asSelf, { userId, channelId: channel.id, rootId: action.rootId, message })
  }

  return [
    implement(postActionsRun, {
      access: find,
      async handle(context, input, pressed) {
        if ('pressable' in pressed) {
          const { triggerId } = await presses.run(context, pressed, input, blockDialogs)
          return { triggerId }
        }
        const { triggerId, clientTriggerId } = await triggers.create(access.userId(context))
        const { update: changes, ephemeral_text: text } = await ask(context, pressed.action.integration.url, await request(context, pressed, triggerId, input))
        if (typeof changes === 'object' && changes !== null) await update(context, pressed, changes as Record<string, unknown>)
        if (typeof text === 'string' && text.trim() !== '') await whisper(context, pressed, text)
        return { triggerId: clientTriggerId }
      },
    }),
  ]
}
