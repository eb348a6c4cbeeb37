import { defineStore } from 'pinia'
import { computed, ref, shallowReactive, shallowRef } from 'vue'
import { postDeleted, type Post } from '@rookery/sdk/protocol'
import { useServer } from './client.ts'
import { useOutgoing } from './outgoing/outgoing.ts'
import { usePostCare } from './posts/post-care.ts'
import { usePosts } from './posts/posts.ts'
import { useMyId } from './session.ts'

/** Lists in which posts stand: one post may be on the screen in several of them. */
export type ListName = 'channel' | 'thread' | 'pinned' | 'saved'

const maximumAttempts = 3

interface Edited { readonly postId: string, readonly list: ListName }

/** Which post is being edited in its place, and in which list; one at a time. */
export const useEditing = defineStore('editing', () => {
  const { live } = useServer()
  const [care, outgoing, posts] = [usePostCare(), useOutgoing(), usePosts()]
  const myId = useMyId()
  const edited = shallowRef<Edited>()
  /** What becomes of posts, by post: rows leave the page and come back, and whoever goes elsewhere finds it again. */
  const texts = shallowReactive(new Map<string, string>())
  /** Whoever begins writes at once. A row that comes back into the page later takes the focus from nobody. */
  const isAwaited = ref(false)
  const awaited = computed(() => (isAwaited.value ? edited.value : undefined))

  const isBeforeEnd = (channelId: string, rootId: string): boolean => rootId === '' && posts.channels.get(channelId)?.hasNewer === true
  const isEdited = (postId: string, list: ListName): boolean => edited.value?.postId === postId && edited.value.list === list
  const begin = (postId: string, list: ListName): void => {
    edited.value = { postId, list }
    isAwaited.value = true
  }
  const noteFocus = (): void => { isAwaited.value = false }
  const textOf = ({ id, message }: Pick<Post, 'id' | 'message'>): string => texts.get(id) ?? message
  const setText = (postId: string, text: string): void => { texts.set(postId, text) }
  const end = (postId: string): void => {
    texts.delete(postId)
    if (edited.value?.postId === postId) edited.value = undefined
  }
  /**
   * Begins with what one wrote last in a channel, or in a thread of it, where that may be edited. Answers whether it is
   * still on its way: it cannot be edited, and what was written before it is not meant.
   */
  const beginWithLast = async (channelId: string, rootId: string, mayEdit: (post: Post) => boolean): Promise<'begun' | 'underWay' | 'nothing'> => {
    if (outgoing.of(channelId, rootId).length > 0) return 'underWay'
    // What was written last is at the end. A page that is on its way already is waited for first.
    for (let attempt = 0; attempt < maximumAttempts && isBeforeEnd(channelId, rootId); attempt += 1) await posts.openAtEnd(channelId)
    if (isBeforeEnd(channelId, rootId)) return 'nothing'
    const shown = rootId ? [rootId, ...posts.threads.get(rootId)?.postIds ?? []] : posts.channels.get(channelId)?.postIds ?? []
    const last = shown.findLast((id) => {
      const post = posts.posts.get(id)
      return post?.userId === myId() && post.type === '' && !care.isGoing(id) && mayEdit(post)
    })
    if (!last) return 'nothing'
    begin(last, rootId ? 'thread' : 'channel')
    return 'begun'
  }

  live.on(postDeleted, ({ post }) => { end(post.id) })
  return { awaited, isEdited, begin, noteFocus, textOf, setText, end, beginWithLast }
})
