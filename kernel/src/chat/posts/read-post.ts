import { postsGet, postsListOfChannel, type Post, type PostPage } from '@rookery/sdk/protocol'
import { implement, type AnyImplementation } from '../../operations/index.ts'
import { sql, type Database } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'
import { postColumns, postSource } from './post-rows.ts'

/** Finds posts without asking who wants them: for the parts of the chat that have asked already. */
export interface PostReading {
  find(postId: string): Promise<Post | undefined>
}

export function createPostReading({ db }: { db: Database }): PostReading {
  return {
    async find(postId) {
      return await db.maybeOne<Post>(sql`select ${postColumns} from ${postSource} where p.id = ${postId}`) ?? undefined
    },
  }
}

/** Reading posts as somebody. */
export function createPostReadingOperations({ db, access }: Pick<ChatParts, 'db' | 'access'>): AnyImplementation[] {
  return [
    implement(postsGet, {
      access: (context, { postId, includeDeleted = false }) => access.post(context, postId, 'read_channel_content', { includeDeleted }),
      handle: (_context, _input, { post }) => post,
    }),
    implement(postsListOfChannel, {
      access: (context, { channelId }) => access.channel(context, channelId, 'read_channel_content'),
      async handle(_context, { channelId, limit = 60, page = 0 }): Promise<PostPage> {
        const posts = await db.any<Post>(sql`
          select ${postColumns} from ${postSource} where p.channel_id = ${channelId} and p.delete_at = 0
          order by p.create_at desc limit ${limit} offset ${page * limit}`)
        return { posts, related: [], nextPostId: '', previousPostId: '' }
      },
    }),
  ]
}
