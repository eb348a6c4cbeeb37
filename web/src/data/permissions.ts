import { defineStore } from 'pinia'
import { ref, shallowReactive } from 'vue'
import {
  channelMemberAdded, channelMemberRemoved, channelMemberUpdated, permissionsListHeld, roleUpdated, teamMemberAdded, teamMemberRemoved, teamMemberUpdated, userRolesChanged,
  type permissionsTest, type InputOf,
} from '@rookery/sdk/protocol'
import { useServer } from './client.ts'
import { useMyId } from './session.ts'

export type PermissionName = InputOf<typeof permissionsTest>['permission']

/** In a channel, in a team, or everywhere. */
interface Place { readonly channelId?: string, readonly teamId?: string }

/** What whoever is signed in may do: for what is offered on the screen. The server decides each time anew. */
export const usePermissions = defineStore('permissions', () => {
  const { client, live } = useServer()
  const myId = useMyId()
  /** By place; what was told stays on the screen until the answer to a new question comes. */
  const held = shallowReactive(new Map<string, ReadonlySet<string>>())
  const asked = new Set<string>()
  /** Grows when something must be asked anew: whoever shows something asks, and nobody for what is not shown. */
  const epoch = ref(0)
  const of = ({ channelId, teamId }: Place): ReadonlySet<string> | undefined => {
    void epoch.value
    const key = channelId ?? teamId ?? ''
    if (!asked.has(key)) {
      asked.add(key)
      client.run(permissionsListHeld, channelId ? { channelId } : teamId ? { teamId } : {}).then((told) => { held.set(key, new Set(told)) }, () => { asked.delete(key) })
    }
    return held.get(key)
  }
  /** False until the server has told. */
  const has = (permission: PermissionName, place: Place = {}): boolean => of(place)?.has(permission) ?? false
  /** True until the server has told: nobody is kept from writing because it has not answered. */
  const mayIn = (channelId: string, permission: PermissionName): boolean => of({ channelId })?.has(permission) ?? true

  const refresh = (channelId?: string): void => {
    if (channelId === undefined) asked.clear()
    else asked.delete(channelId)
    epoch.value += 1
  }
  for (const event of [roleUpdated, userRolesChanged]) live.on(event, () => { refresh() })
  for (const event of [teamMemberAdded, teamMemberUpdated]) live.on(event, ({ member }) => { if (member.userId === myId()) refresh() })
  for (const event of [channelMemberAdded, channelMemberRemoved]) live.on(event, ({ channelId, userId }) => { if (userId === myId()) refresh(channelId) })
  live.on(teamMemberRemoved, ({ userId }) => { if (userId === myId()) refresh() })
  live.on(channelMemberUpdated, ({ member }) => { if (member.userId === myId()) refresh(member.channelId) })
  live.onGap(() => { refresh() })
  live.onConnection((isConnected) => { if (isConnected) epoch.value += 1 })
  return { has, mayIn }
})
