import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { channelMemberUpdated, permissionsTest, roleUpdated, teamMemberUpdated, userRolesChanged, type InputOf } from '@rookery/sdk/protocol'
import { useServer } from './client.ts'

type Question = InputOf<typeof permissionsTest>
export type PermissionName = Question['permission']

/** What whoever is signed in may do: for what is offered on the screen. The server decides each time anew. */
export const usePermissions = defineStore('permissions', () => {
  const { client, live } = useServer()
  const known = shallowReactive(new Map<string, boolean>())
  const asked = new Map<string, Question>()
  const ask = (key: string, question: Question): void => {
    asked.set(key, question)
    client.run(permissionsTest, question).then(({ isHeld }) => { known.set(key, isHeld) }, () => { asked.delete(key) })
  }
  const answerTo = (permission: PermissionName, place: { channelId?: string, teamId?: string }): boolean | undefined => {
    const key = `${permission}/${place.channelId ?? ''}/${place.teamId ?? ''}`
    if (!asked.has(key)) ask(key, { permission, ...place })
    return known.get(key)
  }

  /** False until the server has told. */
  const has = (permission: PermissionName, place: { channelId?: string, teamId?: string } = {}): boolean => answerTo(permission, place) ?? false
  /** True until the server has told: nobody is kept from writing because it has not answered. */
  const mayIn = (channelId: string, permission: PermissionName): boolean => answerTo(permission, { channelId }) ?? true
  /** Roles changed: what was told stays on the screen until the answer comes. */
  const refresh = (): void => { for (const [key, question] of asked) ask(key, question) }
  for (const event of [channelMemberUpdated, roleUpdated, teamMemberUpdated, userRolesChanged]) live.on(event, refresh)
  return { has, mayIn }
})
