import { Archive, ArchiveRestore, ArrowDown, ArrowUp, BellOff, BellRing, CheckCheck, Folder, FolderInput, FolderPlus, Info, Link, Lock, LogOut, Pencil, Settings2, Star, StarOff, UserPlus, X } from '@lucide/vue'
import { useI18n } from 'vue-i18n'
import type { Channel, Team } from '@rookery/sdk/protocol'
import { categoryOf, isMuted, useCategories, useChannels } from '../../data/index.ts'
import { isConversation, isDefaultChannel, useChannelRights } from '../channel-rights.ts'
import { useDialogs } from '../dialogs/dialogs.ts'
import type { MenuEntry, MenuGroups } from '../menus/menu-entry.ts'
import { usePanels } from '../panels/panels.ts'
import { useCategoryTitle } from './category-title.ts'
import { canHold } from './sections.ts'
import { useChannelDeeds } from './use-channel-deeds.ts'

/** In the header of a channel stands also what changes it, in the sidebar where it stands, in the palette all of it. */
export type ChannelMenuPlace = 'header' | 'sidebar' | 'palette'

/** What can be done with a channel. Nothing is asked of it before somebody looks. */
export function useChannelEntries(channel: () => Channel | undefined, team: () => Team, where: ChannelMenuPlace): MenuGroups {
  const [channels, categories, dialogs, panels, title, { t }] = [useChannels(), useCategories(), useDialogs(), usePanels(), useCategoryTitle(), useI18n()]
  const deeds = useChannelDeeds(team)
  const isWhole = where !== 'sidebar'
  const rights = useChannelRights(() => (isWhole ? channel() : undefined))
  const id = (): string => channel()?.id ?? ''
  const about = () => ({ channelId: id() })
  const member = () => channels.members.get(id())
  const unread = () => channels.unread(id())
  const isOfType = (...types: readonly Channel['type'][]): boolean => types.some((type) => type === channel()?.type)
  const isTalk = (): boolean => channel() !== undefined && isConversation(channel() as Channel)
  const isArchived = (): boolean => (channel()?.deleteAt ?? 0) > 0
  const sidebar = () => categories.sidebars.get(team().id) ?? []
  const here = () => categoryOf(sidebar(), id())
  const mayLeave = (): boolean => member() !== undefined && !isDefaultChannel(channel() as Channel)
  /** Where there is no channel nothing is offered. */
  const entry = (name: string, icon: NonNullable<MenuEntry['icon']>, entryTitle: () => string, when: () => boolean, run: (about: Channel) => unknown, more: Partial<MenuEntry> = {}): MenuEntry =>
    ({ id: `channel.${name}`, area: 'channel', icon, title: entryTitle, when: () => channel() !== undefined && when(), run: () => run(channel() as Channel), ...more })
  const asks = (name: string, icon: NonNullable<MenuEntry['icon']>, key: string, deed: 'archive' | 'makePrivate' | 'makePublic', when: () => boolean): MenuEntry =>
    entry(name, icon, () => t(key), () => !isArchived() && when(), () => { dialogs.open('confirmChannel', { ...about(), deed }) }, deed === 'archive' ? { isDangerous: true } : {})

  return [
    [
      entry('info', () => Info, () => t('panels.info'), () => isWhole, () => { panels.toggle('info') }, { id: 'panels.info', area: 'panels', shortcut: 'Mod+Shift+I' }),
      entry('edit', () => Pencil, () => (isTalk() ? t('channel.editHeader') : t('channel.edit')), () => !isArchived() && rights.value.mayEdit, () => { dialogs.open('editChannel', { ...about(), ...(isOfType('D') && { field: 'header' }) }) }),
      entry('addPeople', () => UserPlus, () => t('channel.addPeople'), () => !isArchived() && rights.value.mayManageMembers, () => { dialogs.open('addPeople', about()) }),
    ],
    [
      entry('markRead', () => CheckCheck, () => t('sidebar.markRead'), () => unread().messages > 0 || unread().mentions > 0, (about) => deeds.markRead([about.id]), { area: 'messages', shortcut: 'Escape' }),
      entry('favorite', () => (channel() && deeds.isFavorite(channel() as Channel) ? StarOff : Star), () => (channel() && deeds.isFavorite(channel() as Channel) ? t('sidebar.unfavorite') : t('sidebar.favorite')), () => member() !== undefined, deeds.toggleFavorite),
      entry('mute', () => (isMuted(member()) ? BellRing : BellOff), () => (isMuted(member()) ? t('sidebar.unmute') : t('sidebar.mute')), () => member() !== undefined, deeds.toggleMuted),
      entry('notifications', () => Settings2, () => t('channel.notifications'), () => member() !== undefined, () => { dialogs.open('notifications', about()) }),
      entry('moveTo', () => FolderInput, () => t('sidebar.moveTo'), () => member() !== undefined, () => undefined, {
        followsReading: true,
        entries: () => [
          ([['moveUp', ArrowUp, -1], ['moveDown', ArrowDown, 1]] as const).map(([name, icon, step]) => entry(name, () => icon, () => t(`sidebar.${name}`), () => where !== 'header' && (here()?.channelIds.length ?? 0) > 1, (about) => deeds.moveBy(about, step))),
          sidebar().filter((category) => channel() && canHold(category, channel() as Channel)).map((category) => entry(`moveTo.${category.id}`, () => Folder, () => title(category), () => true, (about) => deeds.moveTo(about, category.id), { isChosen: () => category.id === here()?.id })),
          [entry('moveToNew', () => FolderPlus, () => t('sidebar.newCategory'), () => true, () => { dialogs.open('category', about()) })],
        ],
      }),
      entry('copyLink', () => Link, () => t('channel.copyLink'), () => true, deeds.copyLink),
    ],
    [
      entry('convertGroup', () => Folder, () => t('channel.convertGroup'), () => isWhole && !isArchived() && isOfType('G'), () => { dialogs.open('convertGroup', about()) }),
      asks('makePrivate', () => Lock, 'channel.makePrivate', 'makePrivate', () => rights.value.mayConvert && isOfType('O')),
      asks('makePublic', () => Lock, 'channel.makePublic', 'makePublic', () => rights.value.mayConvert && isOfType('P')),
      asks('archive', () => Archive, 'channel.archive', 'archive', () => rights.value.mayArchive),
      entry('restore', () => ArchiveRestore, () => t('channel.restore'), () => isArchived() && rights.value.mayRestore, ({ id: channelId }) => deeds.saving.run(() => channels.restore(channelId))),
    ],
    [
      entry('close', () => X, () => t('sidebar.close'), () => isTalk() && mayLeave(), deeds.leave),
      entry('leave', () => LogOut, () => t('sidebar.leave'), () => !isTalk() && mayLeave(), deeds.leave, { isDangerous: true, followsReading: true }),
    ],
  ]
}
