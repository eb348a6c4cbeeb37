import { postsSetProps, postUpdated, RookeryError, type Post } from '@rookery/sdk/protocol'
import { actorIdOf, implement, type AnyImplementation } from '../../operations/index.ts'
import { json, sql } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'
import { askingPlugin, withPluginProps } from '../plugin-props.ts'
import type { PostReading } from './read-post.ts'

/** What plugins keep on posts. */
export function createPostProps({ writer, access, clock, reading }: Pick<ChatParts, 'writer' | 'access' | 'clock'> & { readonly reading: PostReading }): AnyImplementation {
  return implement(postsSetProps, {
    async access(context, { postId }) {
      const pluginId = askingPlugin(context)
      const { channel } = await access.post(context, postId, 'read_channel_content')
      if (channel.deleteAt > 0) throw new RookeryError('can_not_post_to_archived')
      return pluginId
    },
    async handle(context, { postId, props }, pluginId) {
      await writer.write(async (transaction, emit) => {
        const row = await transaction.maybeOne<{ kept: Record<string, unknown> }>(sql`select plugin_props as kept from posts where id = ${postId} and delete_at = 0 for no key update`)
        if (!row) throw new RookeryError('post_not_found')
        const after = withPluginProps(row.kept, pluginId, props)
        if (after === row.kept) return
        await transaction.query(sql`update posts set plugin_props = ${json(after)}, update_at = greatest(${clock.now()}, update_at + 1) where id = ${postId}`)
        const post = await reading.find(postId, transaction) as Post
        emit(postUpdated, { post }, { channelId: post.channelId })
      }, { actorId: actorIdOf(context) })
      return {}
    },
  })
}
