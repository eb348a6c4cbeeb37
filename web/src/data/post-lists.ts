import { defineStore } from 'pinia'
import { filesListOfChannel, postsListFlagged, postsListPinned, usersListByIds, type FileInfo, type FileKind, type Post } from '@rookery/sdk/protocol'
import { useServer } from './client.ts'
import { usePosts } from './posts/posts.ts'
import { usePreferences } from './preferences.ts'
import { useMyId } from './session.ts'
import { useUsers } from './users.ts'

const pageSize = 40

/** Posts and files that are listed apart from the talk in which they stand. */
export const usePostLists = defineStore('postLists', () => {
  const { client } = useServer()
  const myId = useMyId()
  const posts = usePosts()
  const people = useUsers()
  const preferences = usePreferences()

  const take = async (told: readonly Post[]): Promise<string[]> => {
    const missing = [...new Set(told.map(({ userId }) => userId))].filter((userId) => !people.users.has(userId))
    if (missing.length > 0) people.take(...await client.run(usersListByIds, { userIds: missing }))
    posts.take(told)
    return told.map(({ id }) => id)
  }
  /** Their ids, the latest first. */
  const pinned = async (channelId: string): Promise<string[]> => take(await client.run(postsListPinned, { channelId }))
  const saved = async (page: number): Promise<{ postIds: string[], hasMore: boolean }> => {
    const told = await client.run(postsListFlagged, { userId: myId(), page, perPage: pageSize })
    return { postIds: await take(told), hasMore: told.length === pageSize }
  }
  const isSaved = (postId: string): boolean => preferences.get('flagged_post', postId) === 'true'
  const setSaved = (postId: string, wanted: boolean): Promise<void> => (wanted ? preferences.save('flagged_post', postId, 'true') : preferences.remove('flagged_post', postId))
  const files = async (channelId: string, { kind, beforeFileId }: { kind?: FileKind | undefined, beforeFileId?: string | undefined } = {}): Promise<{ files: FileInfo[], hasMore: boolean }> => {
    const told = await client.run(filesListOfChannel, { channelId, limit: pageSize, ...(kind && { kind }), ...(beforeFileId && { beforeFileId }) })
    return { files: told, hasMore: told.length === pageSize }
  }
  return { pinned, saved, isSaved, setSaved, files }
})
