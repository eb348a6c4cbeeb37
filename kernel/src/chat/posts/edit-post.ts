import {
  RookeryError, blocksOf, blocksProp, postUpdated, postsEdit, postsListRevisions, postsRestoreRevision, postsSetPinned, type Channel, type Blocks, type InputOf, type Post, type PostRevision,
} from '@rookery/sdk/protocol'
import { implement, type AnyImplementation, type Context } from '../../operations/index.ts'
import { json, sql, textArray, type Transaction } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'
import type { PostExtras } from './post-extras.ts'
import { assertPostForm, isSystemType, kindProps, messageParts, ownProps, type MessageParts } from './post-form.ts'
import { sealActions } from './post-actions.ts'
import type { PostReading } from './read-post.ts'

type Changes = Omit<InputOf<typeof postsEdit>, 'postId'>
interface Accessed { readonly post: Post, readonly channel: Channel }
type Parts = Pick<ChatParts, 'db' | 'access' | 'settings' | 'ids' | 'clock' | 'writer' | 'actionSeal' | 'postKinds' | 'blocks' | 'ways'> & { readonly reading: PostReading, readonly extras: PostExtras }

const isSame = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right)

/** Changing what a post says, and what it said before. */
export function createPostEditing({ db, access, settings, ids, clock, writer, actionSeal, postKinds, blocks, ways, reading, extras }: Parts): AnyImplementation[] {
  const [pinning, restoring] = [ways(postsSetPinned), ways(postsRestoreRevision)]
  const assertOpen = (channel: Channel): void => { if (channel.deleteAt > 0) throw new RookeryError('can_not_post_to_archived') }

  const editable = async (context: Context, postId: string): Promise<Accessed> => {
    const found = await access.post(context, postId, 'edit_post')
    const isOwn = context.actor.kind !== 'user' || found.post.userId === context.actor.userId
    if (!isOwn && !(await access.hasChannel(context, found.channel, 'edit_others_posts'))) throw new RookeryError('permission_missing', { permission: 'edit_others_posts' })
    assertOpen(found.channel)
    if (isSystemType(found.post.type)) throw new RookeryError('system_post_fixed')
    return found
  }
  /** What a post said before is its author's alone. */
  const own = async (context: Context, postId: string): Promise<Accessed> => {
    const found = await access.post(context, postId, 'edit_post')
    if (found.post.userId !== access.userId(context)) throw new RookeryError('permission_missing', { permission: 'edit_post' })
    return found
  }
  const assertWindow = (post: Post): void => {
    const { editWindowSeconds } = settings.posts
    if (editWindowSeconds >= 0 && clock.now() > post.createAt + editWindowSeconds * 1000) throw new RookeryError('edit_window_closed')
  }

  const keepRevision = (transaction: Transaction, post: Post, now: number): Promise<unknown> => transaction.query(sql`
    insert into post_revisions (id, post_id, replaced_at, message, props, hashtags, file_ids, edit_at)
    values (${ids.next()}, ${post.id}, ${now}, ${post.message}, ${json(post.props)}, ${post.hashtags}, ${textArray(post.fileIds)}, ${post.editAt})`)

  /** Files that a post loses are deleted; those that it gains are its author's and in no other post, or were its own before. */
  const moveFiles = async (transaction: Transaction, post: Post, fileIds: readonly string[], now: number): Promise<void> => {
    const removed = post.fileIds.filter((id) => !fileIds.includes(id))
    const added = fileIds.filter((id) => !post.fileIds.includes(id))
    if (removed.length > 0) await transaction.query(sql`update files set delete_at = ${now}, update_at = ${now} where id = any (${textArray(removed)}) and post_id = ${post.id}`)
    if (added.length === 0) return
    const { rowCount } = await transaction.query(sql`
      update files set post_id = ${post.id}, delete_at = 0, update_at = ${now}
      where id = any (${textArray(added)}) and user_id = ${post.userId} and channel_id = ${post.channelId}
        and ((post_id = '' and delete_at = 0) or post_id = ${post.id})`)
    if (rowCount < added.length) throw new RookeryError('file_belongs_elsewhere')
  }

  /** Whom a post mentions now. Nobody is told again, so counts stay; they are counted from here when somebody marks posts unread. */
  const setMentions = (transaction: Transaction, { post, channel }: Accessed, { mentionWords, unspacedText }: MessageParts): Promise<unknown> => transaction.query(sql`
    with mentioned as (select unnest(mentioned_members(${channel.id}, ${channel.type}, ${post.userId}, ${unspacedText}, ${textArray(mentionWords)}, '{}')) as user_id),
      gone as (delete from post_mentions where post_id = ${post.id} and user_id not in (select user_id from mentioned))
    insert into post_mentions (post_id, user_id, channel_id, create_at, is_root)
    select ${post.id}, user_id, ${channel.id}, ${post.createAt}::bigint, ${post.rootId === ''} from mentioned on conflict do nothing`)

  /** The props with other blocks, or with none. */
  const withBlocks = (context: Context, post: Post, props: Record<string, unknown>, changed: Blocks): Record<string, unknown> => {
    const { [blocksProp]: _before, ...others } = props
    const prepared = blocks.prepare(context, changed, blocksOf(post))
    return changed.length > 0 ? { ...others, [blocksProp]: prepared } : others
  }

  const change = async (context: Context, accessed: Accessed, changes: Changes): Promise<Post> => {
    const { channel } = accessed
    const edited = await writer.write(async (transaction, emit) => {
      await transaction.query(sql`select 1 from posts where id = ${accessed.post.id} for no key update`)
      const post = await reading.find(accessed.post.id, transaction)
      if (!post || post.deleteAt > 0) throw new RookeryError('post_not_found')
      const message = changes.message ?? post.message
      const fileIds = changes.fileIds ? [...new Set(changes.fileIds)] : post.fileIds
      const parts = messageParts(message, settings.url)
      const { previewed_post: _previewed, ...own } = changes.props ? ownProps(context, changes.props, post.props) : post.props
      const props = changes.blocks ? withBlocks(context, post, own, changes.blocks) : own
      const sealed = await sealActions(props, { postId: post.id, channelId: channel.id, rootId: post.rootId }, { actionSeal, ids })
      const written = { ...sealed, ...(parts.embeds[0] && { previewed_post: parts.embeds[0]['postId'] }) }
      const isPinned = changes.isPinned ?? post.isPinned
      const isEdited = message !== post.message || !isSame(fileIds, post.fileIds)
      if (!isEdited && isPinned === post.isPinned && isSame(written, post.props)) return post
      if (message !== post.message) assertWindow(post)
      assertPostForm({ message, props: written, fileCount: fileIds.length }, settings)
      const now = Math.max(clock.now(), post.updateAt + 1)
      if (isEdited) await keepRevision(transaction, post, now)
      await moveFiles(transaction, post, fileIds, now)
      const { broadcast } = parts.tokens
      const mentionsEverybody = (broadcast.all || broadcast.channel) && await access.hasChannel(context, channel, 'use_channel_mentions')
      if (message !== post.message) await setMentions(transaction, { post, channel }, parts)
      await transaction.query(sql`
        update posts set message = ${message}, props = ${json(written)}, hashtags = ${parts.hashtags}, file_ids = ${textArray(fileIds)}, is_pinned = ${isPinned},
          embeds = ${json(parts.embeds)}, mentions_everybody = ${message === post.message ? sql.fragment`mentions_everybody` : sql.fragment`${mentionsEverybody}`},
          update_at = ${now}, edit_at = ${isEdited ? now : post.editAt}
        where id = ${post.id}`)
      const changed = await reading.find(post.id, transaction) as Post
      emit(postUpdated, { post: changed }, { channelId: channel.id })
      return changed
    }, context.actor.kind === 'user' ? { actorId: context.actor.userId } : {})
    return (await extras.complete(context, [edited]))[0] as Post
  }

  const revisions = (postId: string): Promise<PostRevision[]> => db.any<PostRevision>(sql`
    select r.id, r.post_id as "postId", p.create_at as "createAt", r.replaced_at as "replacedAt", r.edit_at as "editAt", p.user_id as "userId",
      p.channel_id as "channelId", p.root_id as "rootId", r.message, r.props, r.hashtags, r.file_ids as "fileIds",
      (select coalesce(jsonb_agg(file_value(f) order by array_position(r.file_ids, f.id)), '[]') from files f where f.id = any (r.file_ids)) as files
    from post_revisions r join posts p on p.id = r.post_id where r.post_id = ${postId} order by r.replaced_at desc limit 1000`)

  return [
    implement(postsEdit, {
      async access(context, { postId, fileIds = [], message, props, blocks: changed }) {
        const found = await editable(context, postId)
        const says = message !== undefined || props !== undefined || changed !== undefined || fileIds.length > 0
        if (says) postKinds.assertMayWrite(context, found.post.type)
        if (props) postKinds.assertProps(found.post.type, kindProps(props))
        if (fileIds.some((id) => !found.post.fileIds.includes(id))) await access.channel(context, found.channel.id, 'upload_file')
        return found
      },
      handle: (context, { postId: _postId, ...changes }, accessed) => change(context, accessed, changes),
    }),
    implement(postsSetPinned, {
      async access(context, { postId }) {
        const found = await access.post(context, postId, 'create_post')
        assertOpen(found.channel)
        return found
      },
      async handle(context, { postId, isPinned }, accessed) {
        await pinning.ask(postsEdit, context, { input: { postId, isPinned }, accessed })
        await change(context, accessed, { isPinned })
        return {}
      },
    }),
    implement(postsListRevisions, {
      access: (context, { postId }) => own(context, postId),
      handle: (_context, { postId }) => revisions(postId),
    }),
    implement(postsRestoreRevision, {
      async access(context, { postId, revisionId }) {
        const found = await own(context, postId)
        assertOpen(found.channel)
        postKinds.assertMayWrite(context, found.post.type)
        const revision = (await revisions(postId)).find(({ id }) => id === revisionId)
        if (!revision) throw new RookeryError('revision_not_found')
        return revision
      },
      // What was said before is judged and changed by plugins as if it were written now: they may not have been there then.
      handle: (context, { postId }, { message, fileIds }) => restoring.dispatch(postsEdit, context, { postId, message, fileIds }),
    }),
  ]
}
