import { computed, ref, shallowRef, watch, type ComputedRef, type Ref } from 'vue'
import type { Thread } from '@rookery/sdk/protocol'
import { inboxOf, useThreads } from '../../data/index.ts'
import { useAction, type Action } from '../action.ts'
import { useRenewal } from '../renewal.ts'

const pageSize = 30

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
  // What is still on its way is not waited for.
  const begin = (): void => {
    loading.isBusy.value = false
    void loading.run()
  }
  watch([teamId, onlyUnread], () => {
    listed.value = undefined
    begin()
  }, { immediate: true })
  useRenewal(begin, () => loading.problem.value !== '')
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
