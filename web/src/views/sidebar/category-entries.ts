import { ArrowDown, ArrowUp, ArrowUpDown, BellOff, BellRing, CheckCheck, FolderPlus, Pencil, Trash2 } from '@lucide/vue'
import { useI18n } from 'vue-i18n'
import type { Category, Team } from '@rookery/sdk/protocol'
import { useCategories, useChannels } from '../../data/index.ts'
import { useAction } from '../action.ts'
import { useDialogs } from '../dialogs/dialogs.ts'
import type { MenuEntry, MenuGroups } from '../menus/menu-entry.ts'
import type { Section } from './sections.ts'
import { useChannelDeeds } from './use-channel-deeds.ts'

const sortings = [['alpha', 'sidebar.sortAlpha'], ['recent', 'sidebar.sortRecent'], ['manual', 'sidebar.sortManual']] as const
const sortingOf = ({ sorting, type }: Category): Category['sorting'] => (sorting !== '' ? sorting : type === 'direct_messages' ? 'recent' : type === 'favorites' ? 'manual' : 'alpha')

/** What can be done with a category of the sidebar. */
export function useCategoryEntries(section: () => Section | undefined, team: () => Team): MenuGroups {
  const [categories, channels, dialogs, { t }] = [useCategories(), useChannels(), useDialogs(), useI18n()]
  const deeds = useChannelDeeds(team)
  const category = () => section()?.category
  const order = () => (categories.sidebars.get(team().id) ?? []).filter(({ type, channelIds }) => type !== 'favorites' || channelIds.length > 0).map(({ id }) => id)
  const place = (): number => order().indexOf(category()?.id ?? '')
  const isUnread = (): boolean => section()?.channels.some(({ id }) => channels.unread(id).messages > 0) ?? false
  const change = useAction((changes: Partial<Pick<Category, 'sorting' | 'isMuted'>>) => categories.change(team().id, category()?.id ?? '', changes), { tells: 'toast' })
  const entry = (name: string, icon: NonNullable<MenuEntry['icon']>, title: () => string, when: () => boolean, run: (about: Category) => unknown, more: Partial<MenuEntry> = {}): MenuEntry =>
    ({ id: `category.${name}`, area: 'channel', icon, title, when: () => category() !== undefined && when(), run: () => run(category() as Category), ...more })

  return [
    [
      entry('markRead', () => CheckCheck, () => t('sidebar.markRead'), isUnread, () => deeds.markRead(section()?.channels.map(({ id }) => id) ?? [])),
      entry('sort', () => ArrowUpDown, () => t('sidebar.sort'), () => true, () => undefined, {
        entries: () => [sortings.map(([name, key]): MenuEntry => ({
          id: `category.sort.${name}`, area: 'channel', title: () => t(key), isChosen: () => category() !== undefined && sortingOf(category() as Category) === name, run: () => change.run({ sorting: name }),
        }))],
      }),
      entry('mute', () => (category()?.isMuted ? BellRing : BellOff), () => (category()?.isMuted ? t('sidebar.unmuteCategory') : t('sidebar.muteCategory')), () => category()?.type !== 'direct_messages', ({ isMuted }) => change.run({ isMuted: !isMuted })),
      entry('moveUp', () => ArrowUp, () => t('sidebar.moveUp'), () => true, ({ id }) => deeds.moveCategoryBy(id, -1), { isDisabled: () => place() <= 0 }),
      entry('moveDown', () => ArrowDown, () => t('sidebar.moveDown'), () => true, ({ id }) => deeds.moveCategoryBy(id, 1), { isDisabled: () => place() === order().length - 1 }),
    ],
    [
      { id: 'sidebar.newCategory', area: 'channel', icon: () => FolderPlus, title: () => t('sidebar.newCategory'), detail: () => '', run: () => { dialogs.open('category', {}) } },
      entry('rename', () => Pencil, () => t('sidebar.renameCategory'), () => category()?.type === 'custom', ({ id }) => { dialogs.open('category', { categoryId: id }) }),
      entry('delete', () => Trash2, () => t('sidebar.deleteCategory'), () => category()?.type === 'custom', ({ id }) => { dialogs.open('deleteCategory', { categoryId: id }) }, { isDangerous: true }),
    ],
  ]
}
