import { Bookmark, BookmarkCheck, Copy, Forward, History, Link, MessageSquareReply, Pencil, Pin, PinOff, SmilePlus, Trash2, Undo2 } from '@lucide/vue'
import type { Post } from '@rookery/sdk/protocol'
import type { MenuEntry, MenuGroups } from '../menus/menu-entry.ts'
import type { MessageActions } from './use-message-actions.ts'

interface Facts {
  post(): Post
  readonly actions: MessageActions
  isInThread(): boolean
  t(key: string): string
  /** Brings the message into the window: what opens beside it would be nowhere. */
  reveal(): void
}

/** What can be done with a message: its buttons, its menu, its keys and the palette. */
export interface MessageEntries {
  readonly react: MenuEntry
  readonly reply: MenuEntry
  readonly save: MenuEntry
  readonly menu: { readonly deeds: MenuGroups, readonly more: MenuGroups, readonly remove: MenuGroups }
  readonly all: MenuGroups
}

export function messageEntries({ post, actions, isInThread, t, reveal }: Facts): MessageEntries {
  const { open, rights, isActionable, isSaved, isOwn } = actions
  const entry = (name: string, icon: NonNullable<MenuEntry['icon']>, title: () => string, shortcut: string, when: () => boolean, run: () => void, more: Partial<MenuEntry> = {}): MenuEntry =>
    ({ id: `message.${name}`, area: 'messages', icon, title, ...(shortcut && { shortcut }), isLocal: true, keywords: () => t('commands.areas.messages'), when, run, ...more })
  const opens = (what: 'emoji' | 'forward' | 'history') => (): void => {
    reveal()
    open.value = what
  }
  const react = entry('react', () => SmilePlus, () => t('messages.react'), 'R', () => rights.value.mayReact, opens('emoji'))
  const reply = entry('reply', () => MessageSquareReply, () => t('messages.reply'), 'T', () => isActionable.value && !isInThread() && (rights.value.mayReply || post().replyCount > 0), actions.reply, { alternative: 'Enter', followsReading: true })
  const save = entry('save', () => (isSaved.value ? BookmarkCheck : Bookmark), () => (isSaved.value ? t('messages.unsave') : t('messages.save')), 'A', () => isActionable.value, actions.save)
  const menu = {
    deeds: [[
      entry('edit', () => Pencil, () => t('messages.edit'), 'E', () => isActionable.value && rights.value.mayEdit, () => {
        reveal()
        actions.edit()
      }),
      entry('forward', () => Forward, () => t('messages.forward'), 'F', () => isActionable.value, opens('forward'), { followsReading: true }),
      entry('markUnread', () => Undo2, () => t('messages.markUnread'), 'U', () => isActionable.value, actions.markUnread, { followsReading: true }),
      entry('pin', () => (post().isPinned ? PinOff : Pin), () => (post().isPinned ? t('messages.unpin') : t('messages.pin')), 'P', () => isActionable.value && rights.value.mayPin, actions.pin),
    ]],
    more: [[
      entry('copyLink', () => Link, () => t('messages.copyLink'), 'L', () => true, actions.copyLink),
      entry('copyText', () => Copy, () => t('messages.copyText'), 'C', () => post().message !== '', actions.copyText),
      entry('history', () => History, () => t('messages.history'), '', () => isOwn.value && post().editAt > 0, opens('history')),
    ]],
    remove: [[entry('delete', () => Trash2, () => t('messages.delete'), 'Delete', () => rights.value.mayDelete, actions.remove, { alternative: 'Backspace', isDangerous: true })]],
  }
  return { react, reply, save, menu, all: [[reply, react, save], ...menu.deeds, ...menu.more, ...menu.remove] }
}
