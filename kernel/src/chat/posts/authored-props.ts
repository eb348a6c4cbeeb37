import { sql } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'

/** What plugins keep on one post, by plugin. */
export interface AuthoredPost {
  readonly postId: string
  readonly channelId: string
  readonly props: Readonly<Record<string, unknown>>
}

/** What plugins keep on the posts that one person wrote, deleted ones too. */
export interface AuthoredProps {
  pages(userId: string): AsyncGenerator<readonly AuthoredPost[]>
  /** Changes posts silently: they are found by who reads what changed. */
  forget(userId: string): Promise<void>
}

/** So many posts are held, or locked, at a time. */
const pageSize = 500

export function createAuthoredProps({ db, clock }: Pick<ChatParts, 'db' | 'clock'>): AuthoredProps {
  return {
    async* pages(userId) {
      for (let after = ''; ;) {
        const posts = await db.any<AuthoredPost>(sql`
          select id as "postId", channel_id as "channelId", plugin_props as props from posts
          where plugin_props <> '{}' and user_id = ${userId} and id > ${after} order by id limit ${pageSize}`)
        const last = posts.at(-1)
        if (!last) return
        yield posts
        after = last.postId
      }
    },
    async forget(userId) {
      let count = 0
      do {
        ({ rowCount: count } = await db.query(sql`
          update posts set plugin_props = '{}', update_at = greatest(${clock.now()}, update_at + 1)
          where id in (select id from posts where plugin_props <> '{}' and user_id = ${userId} order by id limit ${pageSize} for no key update)`))
      } while (count > 0)
    },
  }
}
