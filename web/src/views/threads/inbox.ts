import { computed, ref, shallowRef, watch, type ComputedRef, type Ref } from 'vue'
import type { Thread } from '@rookery/sdk/protocol'
import { isThreadUnread, useThreads } from '../../data/index.ts'
import { useAction, type Action } from '../action.ts'

const pageSize = 30

interface Wanted { readonly teamId: string, readonly onlyUnread: boolean, readonly listed: ReadonlySet<string>, readonly newestAt: number }

/**
 * The threads of an inbox, the latest reply first: those that were listed and those that got a reply since. What is read
 * meanwhile stays where it is, so that nothing goes away under the pointer.
 */
export function inboxOf(threads: Iterable<Thread>, { teamId, onlyUnread, listed, newestAt }: Wanted): Thread[] {
  return [...threads].filter((thread) => thread.isFollowing && (thread.teamId === teamId || thread.teamId === '') && thread.replyCount > 0
    && (listed.has(thread.id) || (thread.lastReplyAt > newestAt && (!onlyUnread || isThreadUnread(thread)))))
    .sort((a, b) => b.lastReplyAt - a.lastReplyAt)
}

export interface Inbox {
  /** Undefined until they are read. */
  readonly rows: ComputedRef<readonly Thread[] | undefined>
  readonly hasMore: Ref<boolean>
  readonly load: Action<[]>
  readonly loadMore: Action<[]>
}

export function useInbox(teamId: () => string, onlyUnread: () => boolean): Inbox {
  const threads = useThreads()
  const listed = shallowRef<ReadonlySet<string>>()
  const newestAt = ref(0)
  const hasMore = ref(false)
  let latest = 0
  const load = async (): Promise<void> => {
    const mine = latest += 1
    const ids = await threads.list(teamId(), { onlyUnread: onlyUnread(), limit: pageSize })
    if (mine !== latest) return
    newestAt.value = Math.max(0, ...ids.map((id) => threads.threads.get(id)?.lastReplyAt ?? 0))
    hasMore.value = ids.length === pageSize
    listed.value = new Set(ids)
  }
  const rows = computed(() => listed.value && inboxOf(threads.threads.values(), { teamId: teamId(), onlyUnread: onlyUnread(), listed: listed.value, newestAt: newestAt.value }))
  // Whoever came in stays, even when it is read.
  watch(rows, (now) => { if (listed.value && now?.some(({ id }) => !listed.value?.has(id))) listed.value = new Set([...listed.value, ...now.map(({ id }) => id)]) })
  const loading = useAction(load)
  watch([teamId, onlyUnread], () => {
    listed.value = undefined
    loading.isBusy.value = false
    void loading.run()
  }, { immediate: true })
  return {
    rows, hasMore, load: loading,
    loadMore: useAction(async () => {
      const last = rows.value?.at(-1)
      if (!last) return
      const ids = await threads.list(teamId(), { onlyUnread: onlyUnread(), limit: pageSize, beforeThreadId: last.id })
      hasMore.value = ids.length === pageSize
      listed.value = new Set([...listed.value ?? [], ...ids])
    }, { tells: 'toast' }),
  }
}
