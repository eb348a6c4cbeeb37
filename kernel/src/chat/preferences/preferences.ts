import {
  RookeryError, categoryUpdated, preferencesDelete, preferencesDeleted, preferencesGet, preferencesList, preferencesListOfCategory,
  preferencesSave, preferencesSaved, type Preference,
} from '@rookery/sdk/protocol'
import type { Emit } from '../../events/index.ts'
import { implement, type AnyImplementation, type Context } from '../../operations/index.ts'
import { rows, sql, textArray, type Transaction } from '../../storage/index.ts'
import { favoritePreference, moveFavorites, type FavoriteChange } from '../categories/favorites.ts'
import type { ChatParts } from '../parts.ts'
import { assertQuota, lockQuota, type Quota } from '../quota.ts'

/** Name of the category in which each name is the id of a saved post. */
const savedPost = 'flagged_post'

const columns = sql.fragment`user_id as "userId", category, name, value`

/** A client's settings are some kilobytes; most names are those of saved posts. */
const quota: Quota = { things: 'preferences', maximum: 10_000, maximumBytes: 4 * 1024 * 1024 }

/** The last of several with the same key counts, as if they had been saved one after another. */
const lastOfEach = <Item extends { category: string, name: string }>(items: readonly Item[]): Item[] =>
  [...new Map(items.map((item) => [JSON.stringify([item.category, item.name]), item])).values()]

/** What accounts remember for their clients. */
export function createPreferences({ db, writer, access }: Pick<ChatParts, 'db' | 'writer' | 'access'>): AnyImplementation[] {
  const assertSavedPosts = async (context: Context, postIds: readonly string[]): Promise<void> => {
    if (postIds.length === 0) return
    const posts = await db.any<{ channel_id: string }>(sql`select channel_id from posts where id = any (${textArray(postIds)}) and delete_at = 0`)
    if (posts.length < new Set(postIds).size) throw new RookeryError('post_not_found')
    for (const channelId of new Set(posts.map((post) => post.channel_id))) {
      await access.channel(context, channelId, 'read_channel_content').catch(() => { throw new RookeryError('post_not_found') })
    }
  }
  /** Before preferences are written: changes of the sidebar lock in this order too. */
  const followFavorites = async (transaction: Transaction, emit: Emit, userId: string, changes: readonly FavoriteChange[]): Promise<void> => {
    if (await moveFavorites(transaction, userId, changes)) emit(categoryUpdated, { userId, teamId: '', categories: null }, { userId })
  }
  return [
    implement(preferencesList, {
      access: (context, { userId }) => access.self(context, userId),
      handle: (_context, { userId }) => db.any<Preference>(sql`select ${columns} from preferences where user_id = ${userId} order by category, name`),
    }),
    implement(preferencesListOfCategory, {
      access: (context, { userId }) => access.self(context, userId),
      async handle(_context, { userId, category }) {
        const found = await db.any<Preference>(sql`select ${columns} from preferences where user_id = ${userId} and category = ${category} order by name`)
        if (found.length === 0) throw new RookeryError('preference_not_found')
        return found
      },
    }),
    implement(preferencesGet, {
      access: (context, { userId }) => access.self(context, userId),
      async handle(_context, { userId, category, name }) {
        const found = await db.maybeOne<Preference>(sql`select ${columns} from preferences where user_id = ${userId} and category = ${category} and name = ${name}`)
        if (!found) throw new RookeryError('preference_not_found')
        return found
      },
    }),
    implement(preferencesSave, {
      async access(context, { userId, preferences }) {
        await access.self(context, userId)
        await assertSavedPosts(context, preferences.filter(({ category }) => category === savedPost).map(({ name }) => name))
      },
      async handle(_context, { userId, preferences }) {
        const saved = lastOfEach(preferences)
        const favorites = saved.filter(({ category }) => category === favoritePreference)
        await writer.write(async (transaction, emit) => {
          await lockQuota(transaction, quota, userId)
          await followFavorites(transaction, emit, userId, favorites.map(({ name, value }) => ({ channelId: name, isFavorite: value === 'true' })))
          await transaction.query(sql`
            insert into preferences (user_id, category, name, value)
            select ${userId}, category, name, value from ${rows(saved, { category: 'text', name: 'text', value: 'text' })} as p(category, name, value)
            order by category, name
            on conflict (user_id, category, name) do update set value = excluded.value`)
          assertQuota(quota, await transaction.one(sql`
            select count(*) as count, coalesce(sum(octet_length(name) + octet_length(value)), 0)::bigint as bytes from preferences where user_id = ${userId}`))
          emit(preferencesSaved, { userId, preferences: saved.map((item) => ({ userId, ...item })) }, { userId })
        }, { actorId: userId })
        return {}
      },
    }),
    implement(preferencesDelete, {
      access: (context, { userId }) => access.self(context, userId),
      async handle(_context, { userId, preferences }) {
        const favorites = preferences.filter(({ category }) => category === favoritePreference)
        await writer.write(async (transaction, emit) => {
          await followFavorites(transaction, emit, userId, favorites.map(({ name }) => ({ channelId: name, isFavorite: false })))
          const gone = await transaction.any<Preference>(sql`
            delete from preferences using ${rows(lastOfEach(preferences), { category: 'text', name: 'text' })} as g(category, name)
            where user_id = ${userId} and preferences.category = g.category and preferences.name = g.name
            returning user_id as "userId", preferences.category, preferences.name, preferences.value`)
          if (gone.length > 0) emit(preferencesDeleted, { userId, preferences: gone }, { userId })
        }, { actorId: userId })
        return {}
      },
    }),
  ]
}
