import { ArrowDown, ArrowUp, FolderPlus, Hash, Keyboard, Link, LogOut, Plus, Settings2, Telescope, UserPlus, Users } from '@lucide/vue'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import type { Team } from '@rookery/sdk/protocol'
import { usePermissions, useTeams } from '../../data/index.ts'
import { useAction } from '../action.ts'
import { useDialogs } from '../dialogs/dialogs.ts'
import type { MenuEntry, MenuGroups } from '../menus/menu-entry.ts'
import { useCopyInvitation } from './copy-invitation.ts'

/** What can be done with a team: in the menu below its name, and in that of its square at the edge of the page (`square`). */
export function useTeamEntries(team: () => Team | undefined): { readonly menu: MenuGroups, readonly square: MenuGroups } {
  const [dialogs, permissions, teams, router, { t }] = [useDialogs(), usePermissions(), useTeams(), useRouter(), useI18n()]
  const copyInvitation = useCopyInvitation()
  const moving = useAction((teamId: string, to: number) => teams.move(teamId, to), { tells: 'toast' })
  const place = (): number => teams.list.findIndex(({ id }) => id === team()?.id)
  const has = (...names: readonly Parameters<typeof permissions.has>[0][]): boolean => names.some((name) => permissions.has(name, { teamId: team()?.id ?? '' }))
  const isOpen = (): boolean => Boolean(team()?.inviteId)
  const entry = (id: string, icon: NonNullable<MenuEntry['icon']>, key: string, when: () => boolean, run: (about: Team) => unknown, more: Partial<MenuEntry> = {}): MenuEntry =>
    ({ id, area: 'account', icon, title: () => t(key), when: () => team() !== undefined && when(), run: () => run(team() as Team), ...more })
  const always = (): boolean => true
  const invitation = entry('teams.copyInvitation', () => Link, 'shell.copyInvitation', isOpen, copyInvitation)
  const leave = entry('teams.leave', () => LogOut, 'shell.leaveTeam', always, ({ id }) => { dialogs.open('leaveTeam', { leavingId: id }) }, { isDangerous: true, followsReading: true })

  return {
    menu: [
      [
        invitation,
        entry('teams.invitePeople', () => UserPlus, 'teams.invitePeople', isOpen, () => { dialogs.open('invitePeople', {}) }),
        entry('teams.members', () => Users, 'teams.members', always, () => { dialogs.open('teamMembers', {}) }),
        entry('teams.settings', () => Settings2, 'teams.settings', () => has('manage_team'), () => { dialogs.open('editTeam', {}) }),
      ],
      [
        entry('channels.browse', () => Telescope, 'channel.browse', always, () => { dialogs.open('browseChannels', {}) }, { area: 'navigation', shortcut: 'Ctrl+Shift+L', alternative: 'Mod+Shift+L' }),
        entry('channels.create', () => Hash, 'shell.createChannel', () => has('create_public_channel', 'create_private_channel'), () => { dialogs.open('createChannel', {}) }, { area: 'channel' }),
        entry('sidebar.newCategory', () => FolderPlus, 'sidebar.newCategory', always, () => { dialogs.open('category', {}) }, { area: 'channel' }),
      ],
      [
        { id: 'help.shortcuts', area: 'help', icon: () => Keyboard, title: () => t('switcher.shortcuts'), shortcut: 'Mod+/', run: () => { dialogs.open('shortcuts', {}) } },
        { id: 'teams.add', area: 'account', icon: () => Plus, title: () => t('shell.addTeam'), run: () => router.push({ name: 'teams' }) },
        leave,
      ],
    ],
    square: [
      [
        invitation,
        entry('teams.moveUp', () => ArrowUp, 'sidebar.moveUp', () => teams.list.length > 1, ({ id }) => moving.run(id, place() - 1), { isDisabled: () => place() === 0 }),
        entry('teams.moveDown', () => ArrowDown, 'sidebar.moveDown', () => teams.list.length > 1, ({ id }) => moving.run(id, place() + 1), { isDisabled: () => place() === teams.list.length - 1 }),
      ],
      [leave],
    ],
  }
}
