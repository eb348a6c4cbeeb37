import { useI18n } from 'vue-i18n'
import type { Team, Thread } from '@rookery/sdk/protocol'
import { isThreadUnread, useThreads } from '../../data/index.ts'
import { useToasts } from '../../ui/index.ts'
import { useAction } from '../action.ts'
import { useCopying } from '../copy-text.ts'

export interface ThreadDeeds {
  toggleRead(thread: Thread): void
  setFollowing(threadId: string, isFollowing: boolean): void
  copyLink(threadId: string): void
  markAllRead(): void
}

/** What can be done with threads, for menus, buttons and keys alike. */
export function useThreadDeeds(team: () => Team): ThreadDeeds {
  const threads = useThreads()
  const toasts = useToasts()
  const { t } = useI18n()
  const marking = useAction(async (thread: Thread) => {
    // A moment before the last reply: that one alone is unread again.
    await threads.markRead(team().id, thread.id, isThreadUnread(thread) ? thread.lastReplyAt : thread.lastReplyAt - 1)
  }, { tells: 'toast' })
  const following = useAction(async (threadId: string, isFollowing: boolean) => {
    await threads.setFollowing(team().id, threadId, isFollowing)
    const about = `thread ${threadId}`
    toasts.dismissAbout(about)
    if (isFollowing) toasts.announce(t('threads.isFollowed'))
    else toasts.show(t('threads.isUnfollowed'), { about, action: { label: t('threads.undo'), run: () => { void following.run(threadId, true) } } })
  }, { tells: 'toast' })
  const copy = useCopying()
  const markingAll = useAction(async () => {
    await threads.markAllRead(team().id)
    toasts.announce(t('threads.allRead'))
  }, { tells: 'toast' })
  return {
    toggleRead(thread) { void marking.run(thread) },
    setFollowing(threadId, isFollowing) { void following.run(threadId, isFollowing) },
    copyLink(threadId) { void copy(`${location.origin}/${team().name}/pl/${threadId}`, t('messages.linkCopied')) },
    markAllRead() { void markingAll.run() },
  }
}
