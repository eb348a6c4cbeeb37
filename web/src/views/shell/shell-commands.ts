import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import type { Channel, Team } from '@rookery/sdk/protocol'
import { isMuted, provideCommands, useChannels, usePlace, useTeams, type Command } from '../../data/index.ts'
import { useToasts } from '../../ui/index.ts'
import { useChannelNames } from '../channel-names.ts'
import { useDialogs } from '../dialogs/dialogs.ts'
import { commandsOf } from '../menus/menu-entry.ts'
import { usePanels, type PanelName } from '../panels/panels.ts'
import { useAccountEntries } from '../sidebar/account-entries.ts'
import { useCategoryEntries } from '../sidebar/category-entries.ts'
import { useCategoryTitle } from '../sidebar/category-title.ts'
import { useChannelEntries } from '../sidebar/channel-entries.ts'
import { neighbour, wantsAttention } from '../sidebar/sections.ts'
import { useSidebarView } from '../sidebar/sidebar-view.ts'
import { useTeamEntries } from '../sidebar/team-entries.ts'
import { useChannelDeeds } from '../sidebar/use-channel-deeds.ts'
import { goToRegion } from './regions.ts'

/** What can be done on every page: what needs no channel, and what belongs to the account and to a team. */
export function useEverywhereCommands(team: () => Team | undefined): void {
  const [dialogs, teams, router, { t }] = [useDialogs(), useTeams(), useRouter(), useI18n()]
  const teamEntries = useTeamEntries(team)
  const account = useAccountEntries()
  const inTeam = (): boolean => team() !== undefined
  const teamName = (): string => (teams.list.length > 1 ? team()?.displayName ?? '' : '')
  provideCommands(
    { id: 'switcher.open', area: 'navigation', title: () => t('switcher.open'), shortcut: 'Mod+K', when: inTeam, run: () => { dialogs.open('switcher', {}) } },
    { id: 'palette.open', area: 'navigation', title: () => t('switcher.palette'), shortcut: 'Mod+Shift+P', run: () => { dialogs.open('palette', {}) } },
    { id: 'history.back', area: 'navigation', title: () => t('commands.back'), shortcut: 'Alt+ArrowLeft', run: () => { router.back() } },
    { id: 'history.forward', area: 'navigation', title: () => t('commands.forward'), shortcut: 'Alt+ArrowRight', run: () => { router.forward() } },
    { id: 'direct.start', area: 'navigation', title: () => t('sidebar.newMessage'), shortcut: 'Ctrl+Shift+K', alternative: 'Mod+Shift+K', when: inTeam, run: () => { dialogs.open('startDirect', {}) } },
    () => commandsOf([...teamEntries.square, ...teamEntries.menu], teamName),
    () => commandsOf(account),
    ...Array.from({ length: 9 }, (_nothing, place): Command => ({
      id: `teams.${place + 1}`, area: 'navigation', title: () => t('commands.goToTeam', { team: teams.list[place]?.displayName ?? '' }), shortcut: `Ctrl+Alt+${place + 1}`,
      when: () => teams.list.length > 1 && teams.list[place] !== undefined, run: () => router.push({ name: 'team', params: { team: teams.list[place]?.name ?? '' } }),
    })),
  )
}

/** What can be done where the channels of a team are on the screen. */
export function useShellCommands(team: () => Team): void {
  const [channels, dialogs, panels, place, toasts, view, names, titleOf, { t }] = [useChannels(), useDialogs(), usePanels(), usePlace(), useToasts(), useSidebarView(), useChannelNames(), useCategoryTitle(), useI18n()]
  const deeds = useChannelDeeds(team)
  const here = () => channels.channels.get(place.channelId)
  const section = () => view.sections.find((each) => each.channels.some(({ id }) => id === place.channelId))
  const categoryName = (): string => {
    const category = section()?.category
    return category ? titleOf(category) : ''
  }
  const channelEntries = useChannelEntries(here, team, 'palette')
  const categoryEntries = useCategoryEntries(section, team)
  const isUnread = (id: string): boolean => wantsAttention(channels.unread(id), isMuted(channels.members.get(id)))
  const go = (id: string | undefined): void => {
    const channel = id === undefined ? undefined : channels.channels.get(id)
    if (channel) void deeds.open(channel)
  }
  const panel = (name: PanelName, shortcut?: string): Command => ({
    id: `panels.${name}`, area: 'panels', title: () => t(`panels.${name}`), ...(shortcut && { shortcut }), when: () => name === 'saved' || here() !== undefined, run: () => { panels.toggle(name) },
  })

  provideCommands(
    { id: 'channel.next', area: 'navigation', title: () => t('commands.nextChannel'), shortcut: 'Alt+ArrowDown', run: () => { go(neighbour(view.order, place.channelId, 1)) } },
    { id: 'channel.previous', area: 'navigation', title: () => t('commands.previousChannel'), shortcut: 'Alt+ArrowUp', run: () => { go(neighbour(view.order, place.channelId, -1)) } },
    { id: 'channel.nextUnread', area: 'navigation', title: () => t('commands.nextUnread'), shortcut: 'Alt+Shift+ArrowDown', run: () => { go(neighbour(view.order, place.channelId, 1, isUnread)) } },
    { id: 'channel.previousUnread', area: 'navigation', title: () => t('commands.previousUnread'), shortcut: 'Alt+Shift+ArrowUp', run: () => { go(neighbour(view.order, place.channelId, -1, isUnread)) } },
    { id: 'region.next', area: 'navigation', title: () => t('commands.nextRegion'), shortcut: 'F6', isOnlyShortcut: true, run: () => { goToRegion(1) } },
    { id: 'region.previous', area: 'navigation', title: () => t('commands.previousRegion'), shortcut: 'Shift+F6', isOnlyShortcut: true, run: () => { goToRegion(-1) } },
    { id: 'sidebar.unreadOnly', area: 'navigation', title: () => (view.isUnreadOnly ? t('sidebar.showAll') : t('sidebar.showUnread')), shortcut: 'Mod+Shift+U', run: () => { view.isUnreadOnly = !view.isUnreadOnly } },
    { id: 'sidebar.toggle', area: 'navigation', title: () => (view.isHidden ? t('shell.showSidebar') : t('shell.hideSidebar')), shortcut: 'Mod+Shift+D', run: () => { view.isHidden = !view.isHidden } },
    () => commandsOf(categoryEntries, categoryName),
    () => commandsOf(channelEntries, () => names.value.channel(here() as Channel)),
    {
      id: 'channels.markAllRead', area: 'messages', title: () => t('commands.markAllRead'), shortcut: 'Shift+Escape',
      async run() {
        const unread = view.all.map(({ id }) => id).filter((id) => channels.unread(id).messages > 0)
        if (await deeds.markRead(unread)) toasts.announce(t('commands.allRead'))
      },
    },
    { id: 'messages.jumpToDate', area: 'messages', title: () => t('messages.jumpToDate'), when: () => here() !== undefined, run: () => { dialogs.open('jumpToDate', { channelId: place.channelId }) } },
    panel('members'), panel('pinned'), panel('files'), panel('saved', 'Mod+Shift+S'),
    { id: 'panels.close', area: 'panels', title: () => t('commands.closePanel'), shortcut: 'Mod+.', when: () => panels.shown() !== '', run: () => { panels.close() } },
  )
}
