import { computed, ref, type ComputedRef, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Post } from '@rookery/sdk/protocol'
import { longestUndoMs, undoMs, useChannels, useEditing, usePlace, usePostCare, usePosts, useSession, useThreads, type ListName } from '../../data/index.ts'
import { useToasts } from '../../ui/index.ts'
import { useAction } from '../action.ts'
import { useCopying } from '../copy-text.ts'
import { useFailureText } from '../failure-text.ts'
import { useThreadLink } from '../threads/thread-link.ts'
import { usePostPath } from './post-address.ts'
import type { PostRights } from './post-rights.ts'
import { ephemeralType, isSystem } from './system-text.ts'
import { usePostRights } from './use-post-rights.ts'

export interface MessageActions {
  readonly isOwn: ComputedRef<boolean>
  /** What the server would not refuse. */
  readonly rights: ComputedRef<PostRights>
  /** False for what the server says and for what is stored nowhere: there is nothing to do with it. */
  readonly isActionable: ComputedRef<boolean>
  readonly isSaved: ComputedRef<boolean>
  readonly isEditing: ComputedRef<boolean>
  /** What is open about the post; one at a time. */
  readonly open: Ref<'none' | 'emoji' | 'menu' | 'forward' | 'history'>
  toggleReaction(emojiName: string): void
  reply(): void
  save(): void
  pin(): void
  copyLink(): void
  copyText(): void
  edit(): void
  remove(): void
  markUnread(): void
  dismiss(): void
}

/** All that one may do with a message, for its buttons, its menu and its keys alike. */
export function useMessageActions(post: () => Post, list: () => ListName): MessageActions {
  const posts = usePosts()
  const care = usePostCare()
  const channels = useChannels()
  const threads = useThreads()
  const editing = useEditing()
  const session = useSession()
  const rightsOf = usePostRights()
  const pathOf = usePostPath()
  const place = usePlace()
  const toasts = useToasts()
  const failureText = useFailureText()
  const openThread = useThreadLink()
  const { t } = useI18n()

  const problem = (error: unknown): void => { toasts.show(failureText(error), { kind: 'problem' }) }
  const isOwn = computed(() => post().userId === session.me?.id)
  const isActionable = computed(() => !isSystem(post()) && post().type !== ephemeralType && post().deleteAt === 0)
  const isSaved = computed(() => care.isSaved(post().id))
  const reacting = useAction(async (emojiName: string) => {
    const isMine = post().reactions.some((reaction) => reaction.userId === session.me?.id && reaction.emojiName === emojiName)
    await (isMine ? posts.takeReactionBack(post().id, emojiName) : posts.react(post().id, emojiName))
  }, { tells: 'toast' })
  const saving = useAction(() => care.setSaved(post().id, !isSaved.value), { tells: 'toast' })
  const pinning = useAction(() => posts.setPinned(post().id, !post().isPinned), { tells: 'toast' })
  const marking = useAction(async () => {
    if (list() !== 'channel' && post().rootId) await threads.markUnread(place.teamId, post().rootId, post().id)
    else await channels.markUnread(post().id)
    toasts.announce(t('messages.markedUnread'))
  }, { tells: 'toast' })
  const copy = useCopying()
  const open: MessageActions['open'] = ref('none')

  return {
    isOwn, isActionable, isSaved, open,
    isEditing: computed(() => editing.isEdited(post().id, list()) && channels.channels.has(post().channelId)),
    rights: computed(() => rightsOf(post())),
    toggleReaction(emojiName) { void reacting.run(emojiName) },
    reply() { openThread(post().rootId || post().id) },
    save() { void saving.run() },
    pin() { void pinning.run() },
    copyLink() { void copy(`${location.origin}${pathOf(post())}`, t('messages.linkCopied')) },
    copyText() { void copy(post().message, t('messages.textCopied')) },
    edit() { editing.begin(post().id, list()) },
    remove() {
      const { id } = post()
      const remove = care.removeSoon(id, problem)
      // The note ends when it is answered, too: the answer comes first.
      const ended = (): void => { setTimeout(remove) }
      const toast = toasts.show(t('messages.deleted'), { action: { label: t('messages.undo'), run() { care.stay(id) } }, shownMs: undoMs, ended })
      setTimeout(() => { toasts.dismiss(toast) }, longestUndoMs)
    },
    markUnread() { void marking.run() },
    dismiss() { posts.dismiss(post()) },
  }
}
