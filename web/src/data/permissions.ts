import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { permissionsTest, teamMemberUpdated, channelMemberUpdated, userRolesChanged, type InputOf } from '@rookery/sdk/protocol'
import { useServer } from './client.ts'

export type PermissionName = InputOf<typeof permissionsTest>['permission']

/** What whoever is signed in may do: for what is offered on the screen. The server decides each time anew. */
export const usePermissions = defineStore('permissions', () => {
  const { client, live } = useServer()
  type Question = InputOf<typeof permissionsTest>
  const known = shallowReactive(new Map<string, boolean>())
  const asked = new Map<string, Question>()
  const ask = (key: string, question: Question): void => {
    asked.set(key, question)
    client.run(permissionsTest, question).then(({ isHeld }) => { known.set(key, isHeld) }, () => { asked.delete(key) })
  }

  /** False until the server has told. */
  const has = (permission: PermissionName, place: { channelId?: string, teamId?: string } = {}): boolean => {
    const key = `${permission}/${place.channelId ?? ''}/${place.teamId ?? ''}`
    if (!asked.has(key)) ask(key, { permission, ...place })
    return known.get(key) ?? false
  }
  /** Roles changed: what was told stays on the screen until the answer comes. */
  const refresh = (): void => { for (const [key, question] of asked) ask(key, question) }
  live.on(teamMemberUpdated, refresh)
  live.on(channelMemberUpdated, refresh)
  live.on(userRolesChanged, refresh)
  return { has }
})
