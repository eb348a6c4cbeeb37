import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { channelMemberUpdated, permissionsTest, roleUpdated, userRolesChanged, type InputOf } from '@rookery/sdk/protocol'
import { useServer } from './client.ts'
import { useMyId } from './session.ts'

type Permission = InputOf<typeof permissionsTest>['permission']

/** What one may do in channels. Nobody is kept from trying while the server has not answered: it judges anyway. */
export const usePermissions = defineStore('permissions', () => {
  const { client, live } = useServer()
  const myId = useMyId()
  /** By channel and permission; undefined while it is asked for. */
  const held = shallowReactive(new Map<string, boolean | undefined>())

  const mayIn = (channelId: string, permission: Permission): boolean => {
    const key = `${channelId}/${permission}`
    if (!held.has(key)) {
      // Not within the computation that asks.
      queueMicrotask(() => {
        if (held.has(key)) return
        held.set(key, undefined)
        client.run(permissionsTest, { permission, channelId }).then(({ isHeld }) => { held.set(key, isHeld) }, () => {})
      })
    }
    return held.get(key) ?? true
  }
  const forget = (): void => { held.clear() }
  live.on(roleUpdated, forget)
  live.on(userRolesChanged, ({ userId }) => { if (userId === myId()) forget() })
  live.on(channelMemberUpdated, ({ member }) => { if (member.userId === myId()) forget() })
  live.onConnection((isConnected) => { if (isConnected) forget() })
  return { mayIn }
})
