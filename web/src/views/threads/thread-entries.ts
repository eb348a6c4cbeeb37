import { BellOff, CheckCheck, CornerUpRight, Link, Undo2 } from '@lucide/vue'
import type { Router } from 'vue-router'
import type { Team, Thread } from '@rookery/sdk/protocol'
import { isThreadUnread } from '../../data/index.ts'
import type { MenuEntry, MenuGroups } from '../menus/menu-entry.ts'
import type { ThreadDeeds } from './thread-deeds.ts'

interface Facts {
  thread(): Thread | undefined
  team(): Team
  readonly deeds: ThreadDeeds
  readonly router: Router
  t(key: string): string
}

/** What can be done with a thread of the inbox: its menu, its keys and the palette. */
export function threadEntries({ thread, team, deeds, router, t }: Facts): MenuGroups {
  const isUnread = (): boolean => thread() !== undefined && isThreadUnread(thread() as Thread)
  const entry = (name: string, icon: NonNullable<MenuEntry['icon']>, title: () => string, run: (about: Thread) => unknown, more: Partial<MenuEntry> = {}): MenuEntry =>
    ({ id: `thread.${name}`, area: 'messages', icon, title, isLocal: true, when: () => thread() !== undefined, run: () => run(thread() as Thread), ...more })
  return [
    [
      entry('toggleRead', () => (isUnread() ? CheckCheck : Undo2), () => (isUnread() ? t('threads.markRead') : t('threads.markUnread')), deeds.toggleRead, { shortcut: 'U' }),
      entry('unfollow', () => BellOff, () => t('threads.unfollow'), ({ id }) => { deeds.setFollowing(id, false) }, { shortcut: 'F' }),
    ],
    [
      entry('openChannel', () => CornerUpRight, () => t('threads.openChannel'), ({ id }) => router.push({ name: 'post', params: { team: team().name, post: id } }), { followsReading: true }),
      entry('copyLink', () => Link, () => t('messages.copyLink'), ({ id }) => { deeds.copyLink(id) }),
    ],
  ]
}
