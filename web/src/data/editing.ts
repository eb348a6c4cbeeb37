import { defineStore } from 'pinia'
import { ref } from 'vue'
import { usePosts } from './posts/posts.ts'
import { useMyId } from './session.ts'

/** Which post is being edited in its place; one at a time. */
export const useEditing = defineStore('editing', () => {
  const posts = usePosts()
  const myId = useMyId()
  const postId = ref('')
  const begin = (id: string): void => { postId.value = id }
  const end = (): void => { postId.value = '' }
  /** Begins with what one wrote last in a channel, or in a thread of it; false where there is nothing. */
  const beginWithLast = (channelId: string, rootId = ''): boolean => {
    const shown = rootId ? posts.threads.get(rootId) : posts.channels.get(channelId)
    const postIds = rootId ? [rootId, ...shown?.postIds ?? []] : shown?.postIds ?? []
    const last = postIds.findLast((id) => {
      const post = posts.posts.get(id)
      return post?.userId === myId() && post.type === '' && post.deleteAt === 0
    })
    if (last) begin(last)
    return last !== undefined
  }
  return { postId, begin, end, beginWithLast }
})
