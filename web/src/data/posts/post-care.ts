import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { postActionsRun, postsListRevisions, postsRestoreRevision, type Post, type PostRevision } from '@rookery/sdk/protocol'
import { useServer } from '../client.ts'
import { useInteractiveDialogs } from '../interactive-dialogs.ts'
import { usePreferences } from '../preferences.ts'
import { usePosts } from './posts.ts'

/** How long somebody may change their mind about a deletion; with the keys or the pointer on the question, so long at most. */
export const undoMs = 6000
export const longestUndoMs = 30_000

/** What was chosen, ticked or filled in where somebody pressed. */
export interface Pressed {
  readonly selectedOption?: string | undefined
  readonly isChecked?: boolean | undefined
  readonly cookie?: string | undefined
  readonly values?: Readonly<Record<string, unknown>> | undefined
}

/** What people do with single posts besides writing them. */
export const usePostCare = defineStore('postCare', () => {
  const { client } = useServer()
  const posts = usePosts()
  const preferences = usePreferences()
  const dialogs = useInteractiveDialogs()
  /** Hidden here, and deleted when nobody takes it back in time. */
  const going = shallowReactive(new Set<string>())

  const isSaved = (postId: string): boolean => preferences.get('flagged_post', postId) === 'true'
  const setSaved = (postId: string, wanted: boolean): Promise<void> => (wanted ? preferences.save('flagged_post', postId, 'true') : preferences.remove('flagged_post', postId))

  const revisions = (postId: string): Promise<PostRevision[]> => client.run(postsListRevisions, { postId })
  const restore = async (postId: string, revisionId: string): Promise<void> => { posts.take([await client.run(postsRestoreRevision, { postId, revisionId })]) }

  const isGoing = (postId: string): boolean => going.has(postId)
  const stay = (postId: string): void => { going.delete(postId) }
  /** Hides a post at once. What it answers deletes it for good unless it was to stay; `onFailure` is told when the server refuses, and the post is back. */
  const removeSoon = (postId: string, onFailure: (error: unknown) => void): (() => void) => {
    let isOver = false
    const remove = (): void => {
      removeEventListener('pagehide', remove)
      if (isOver || !going.has(postId)) return
      isOver = true
      posts.removeForAll(postId).catch(onFailure).finally(() => { going.delete(postId) })
    }
    going.add(postId)
    // Whoever leaves has not changed their mind.
    addEventListener('pagehide', remove)
    return remove
  }

  /** Presses a button or chooses from a menu of a post. A dialog that comes of it belongs to this page. */
  const press = async ({ id: postId, channelId }: Pick<Post, 'id' | 'channelId'>, actionId: string, { selectedOption, isChecked, cookie, values }: Pressed = {}): Promise<void> => {
    const { triggerId } = await client.run(postActionsRun, { postId, actionId, ...(selectedOption !== undefined && { selectedOption }), ...(isChecked !== undefined && { isChecked }), ...(cookie && { cookie }), ...(values && { values }) })
    if (triggerId) dialogs.expect(triggerId, channelId)
  }
  return { isSaved, setSaved, revisions, restore, isGoing, stay, removeSoon, press }
})
