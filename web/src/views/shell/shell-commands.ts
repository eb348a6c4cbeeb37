import { onScopeDispose } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRoute, useRouter } from 'vue-router'
import type { Team } from '@rookery/sdk/protocol'
import { isMuted, provideCommands, useChannels, useCommands, usePermissions, usePlace, useSession, useTeams, type Command } from '../../data/index.ts'
import { useToasts } from '../../ui/index.ts'
import { isConversation, isDefaultChannel, useChannelRights } from '../channel-rights.ts'
import { useDialogs } from '../dialogs/dialogs.ts'
import { usePanels, type PanelName } from '../panels/panels.ts'
import { neighbour, wantsAttention } from '../sidebar/sections.ts'
import { useChannelDeeds } from '../sidebar/use-channel-deeds.ts'
import { useSidebarView } from '../sidebar/sidebar-view.ts'
import { useSignOut } from '../sign-out.ts'
import { goToRegion } from './regions.ts'

/** What can be done in the shell, with its shortcuts; and the keys themselves, for all commands of the app. */
export function useShellCommands(team: () => Team | undefined): void {
  const [channels, commands, dialogs, panels, permissions, place, session, teams, toasts, view, route, router, { t }] =
    [useChannels(), useCommands(), useDialogs(), usePanels(), usePermissions(), usePlace(), useSession(), useTeams(), useToasts(), useSidebarView(), useRoute(), useRouter(), useI18n()]
  const signOut = useSignOut()
  const deeds = useChannelDeeds(() => team() as Team)
  const here = () => channels.channels.get(place.channelId)
  const isMember = (): boolean => channels.members.has(place.channelId)
  const rights = useChannelRights(here)
  const isTalk = (): boolean => here() !== undefined && isConversation(here()!)
  const isUnread = (id: string): boolean => wantsAttention(channels.unread(id), isMuted(channels.members.get(id)))
  const go = (id: string | undefined): void => {
    const channel = id === undefined ? undefined : channels.channels.get(id)
    if (channel) void deeds.open(channel)
  }
  const about = () => ({ channelId: place.channelId })
  const panel = (name: PanelName, shortcut?: string): Command => ({
    id: `panels.${name}`, area: 'panels', title: () => t(`panels.${name}`), ...(shortcut && { shortcut }), when: () => name === 'saved' || here() !== undefined, run: () => { panels.toggle(name) },
  })
  const inChannel = (id: string, title: string, run: () => unknown, when: () => boolean = () => true): Command =>
    ({ id, area: 'channel', title: () => t(title), when: () => here() !== undefined && when(), run })

  provideCommands(
    { id: 'switcher.open', area: 'navigation', title: () => t('switcher.open'), shortcut: 'Mod+K', run: () => { dialogs.open('switcher', {}) } },
    { id: 'palette.open', area: 'navigation', title: () => t('switcher.palette'), shortcut: 'Mod+Shift+P', run: () => { dialogs.open('palette', {}) } },
    { id: 'help.shortcuts', area: 'help', title: () => t('switcher.shortcuts'), shortcut: 'Mod+/', run: () => { dialogs.open('shortcuts', {}) } },
    { id: 'channel.next', area: 'navigation', title: () => t('commands.nextChannel'), shortcut: 'Alt+ArrowDown', run: () => { go(neighbour(view.order, place.channelId, 1)) } },
    { id: 'channel.previous', area: 'navigation', title: () => t('commands.previousChannel'), shortcut: 'Alt+ArrowUp', run: () => { go(neighbour(view.order, place.channelId, -1)) } },
    { id: 'channel.nextUnread', area: 'navigation', title: () => t('commands.nextUnread'), shortcut: 'Alt+Shift+ArrowDown', run: () => { go(neighbour(view.order, place.channelId, 1, isUnread)) } },
    { id: 'channel.previousUnread', area: 'navigation', title: () => t('commands.previousUnread'), shortcut: 'Alt+Shift+ArrowUp', run: () => { go(neighbour(view.order, place.channelId, -1, isUnread)) } },
    { id: 'history.back', area: 'navigation', title: () => t('commands.back'), shortcut: 'Alt+ArrowLeft', run: () => { router.back() } },
    { id: 'history.forward', area: 'navigation', title: () => t('commands.forward'), shortcut: 'Alt+ArrowRight', run: () => { router.forward() } },
    { id: 'region.next', area: 'navigation', title: () => t('commands.nextRegion'), shortcut: 'F6', isOnlyShortcut: true, run: () => { goToRegion(1) } },
    { id: 'region.previous', area: 'navigation', title: () => t('commands.previousRegion'), shortcut: 'Shift+F6', isOnlyShortcut: true, run: () => { goToRegion(-1) } },
    { id: 'channels.browse', area: 'navigation', title: () => t('channel.browse'), shortcut: 'Ctrl+Shift+L', alternative: 'Mod+Shift+L', run: () => { dialogs.open('browseChannels', {}) } },
    { id: 'direct.start', area: 'navigation', title: () => t('sidebar.newMessage'), shortcut: 'Ctrl+Shift+K', alternative: 'Mod+Shift+K', run: () => { dialogs.open('startDirect', {}) } },
    {
      id: 'channels.create', area: 'channel', title: () => t('shell.createChannel'), run: () => { dialogs.open('createChannel', {}) },
      when: () => ['create_public_channel', 'create_private_channel'].some((permission) => permissions.has(permission as 'create_public_channel', { teamId: place.teamId })),
    },
    { id: 'sidebar.newCategory', area: 'channel', title: () => t('sidebar.newCategory'), run: () => { dialogs.open('category', {}) } },
    { id: 'sidebar.unreadOnly', area: 'navigation', title: () => (view.isUnreadOnly ? t('sidebar.showAll') : t('sidebar.showUnread')), shortcut: 'Mod+Shift+U', run: () => { view.isUnreadOnly = !view.isUnreadOnly } },
    { id: 'sidebar.toggle', area: 'navigation', title: () => (view.isHidden ? t('shell.showSidebar') : t('shell.hideSidebar')), shortcut: 'Mod+Shift+D', run: () => { view.isHidden = !view.isHidden } },
    {
      id: 'channel.markRead', area: 'messages', title: () => t('commands.markRead'), shortcut: 'Escape', when: () => here() !== undefined && dialogs.current === undefined,
      run: () => { if (place.channelId) void deeds.markRead([place.channelId]) },
    },
    {
      id: 'channels.markAllRead', area: 'messages', title: () => t('commands.markAllRead'), shortcut: 'Shift+Escape', when: () => dialogs.current === undefined,
      async run() {
        const unread = view.all.map(({ id }) => id).filter((id) => channels.unread(id).messages > 0)
        if (await deeds.markRead(unread)) toasts.announce(t('commands.allRead'))
      },
    },
    panel('info', 'Mod+Shift+I'), panel('members'), panel('pinned'), panel('files'), panel('saved', 'Mod+Shift+S'),
    { id: 'panels.close', area: 'panels', title: () => t('commands.closePanel'), shortcut: 'Mod+.', when: () => panels.shown() !== '', run: () => { panels.close() } },
    inChannel('channel.favorite', 'commands.toggleFavorite', () => deeds.toggleFavorite(here()!), isMember),
    inChannel('channel.mute', 'commands.toggleMuted', () => deeds.toggleMuted(here()!), isMember),
    inChannel('channel.notifications', 'channel.notifications', () => { dialogs.open('notifications', about()) }, isMember),
    inChannel('channel.copyLink', 'channel.copyLink', () => deeds.copyLink(here()!)),
    inChannel('channel.edit', 'channel.edit', () => { dialogs.open('editChannel', about()) }, () => !isTalk() && rights.value.mayEdit),
    inChannel('channel.addPeople', 'channel.addPeople', () => { dialogs.open('addPeople', about()) }, () => rights.value.mayManageMembers),
    inChannel('channel.leave', 'sidebar.leave', () => { deeds.leave(here()!) }, () => !isTalk() && isMember() && !isDefaultChannel(here()!)),
    inChannel('channel.close', 'sidebar.close', () => { deeds.leave(here()!) }, isTalk),
    { id: 'teams.members', area: 'account', title: () => t('teams.members'), when: () => team() !== undefined, run: () => { dialogs.open('teamMembers', {}) } },
    { id: 'teams.settings', area: 'account', title: () => t('teams.settings'), when: () => permissions.has('manage_team', { teamId: place.teamId }), run: () => { dialogs.open('editTeam', {}) } },
    { id: 'teams.add', area: 'account', title: () => t('shell.addTeam'), run: () => router.push({ name: 'teams' }) },
    { id: 'account.settings', area: 'account', title: () => t('shell.settings'), shortcut: 'Mod+,', run: () => router.push({ name: 'settings' }) },
    { id: 'account.administration', area: 'account', title: () => t('shell.administration'), when: () => session.isAdmin, run: () => router.push({ name: 'admin' }) },
    { id: 'account.signOut', area: 'account', title: () => t('shell.signOut'), run: signOut },
    ...Array.from({ length: 9 }, (_nothing, place): Command => ({
      id: `teams.${place + 1}`, area: 'navigation', title: () => t('commands.goToTeam', { team: teams.list[place]?.displayName ?? '' }), shortcut: `Ctrl+Alt+${place + 1}`,
      when: () => teams.list.length > 1 && teams.list[place] !== undefined, run: () => router.push({ name: 'team', params: { team: teams.list[place]?.name ?? '' } }),
    })),
  )

  const isTyping = ({ target }: KeyboardEvent): boolean => target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'))
  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing || event.repeat && event.key === 'Escape') return
    // Above an open menu or dialog only what opens another one makes sense.
    const isCovered = document.querySelector('[role="menu"], [role="dialog"], [role="alertdialog"]') !== null
    if (isCovered && !((event.ctrlKey || event.metaKey) && dialogs.current !== undefined)) return
    if (route.params['team'] !== undefined && commands.press({ key: event.key, code: event.code, ctrlKey: event.ctrlKey, metaKey: event.metaKey, altKey: event.altKey, shiftKey: event.shiftKey, isTyping: isTyping(event) })) event.preventDefault()
  }
  addEventListener('keydown', onKey)
  onScopeDispose(() => { removeEventListener('keydown', onKey) })
}
