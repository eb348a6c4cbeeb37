import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { typeAhead } from './type-ahead.ts'

/** What opens above the shell, with what it is about. Each is one line in shell-dialogs.vue. */
export interface DialogProps {
  readonly switcher: { readonly term?: string }
  readonly palette: Record<string, never>
  readonly shortcuts: Record<string, never>
  readonly jumpToDate: { readonly channelId: string }
  readonly browseChannels: Record<string, never>
  readonly createChannel: Record<string, never>
  readonly startDirect: Record<string, never>
  readonly addToChannel: { readonly userId: string }
  readonly addPeople: { readonly channelId: string }
  readonly editChannel: { readonly channelId: string, readonly field?: 'name' | 'purpose' | 'header' }
  readonly confirmChannel: { readonly channelId: string, readonly deed: 'archive' | 'leave' | 'makePrivate' | 'makePublic' }
  readonly convertGroup: { readonly channelId: string }
  readonly notifications: { readonly channelId: string }
  readonly category: { readonly categoryId?: string, readonly channelId?: string }
  readonly deleteCategory: { readonly categoryId: string }
  readonly editTeam: Record<string, never>
  readonly invitePeople: Record<string, never>
  readonly teamMembers: Record<string, never>
  readonly addToTeam: Record<string, never>
  readonly leaveTeam: { readonly leavingId: string }
  readonly signOut: Record<string, never>
}

interface OpenDialog { readonly name: keyof DialogProps, readonly props: object, readonly key: number }

/** The one dialog of the shell that is open. */
export const useDialogs = defineStore('dialogs', () => {
  const current = shallowRef<OpenDialog>()
  let lastKey = 0
  let endTyping = (): void => {}
  const close = (): void => {
    endTyping()
    current.value = undefined
  }
  const open = <Name extends keyof DialogProps>(name: Name, props: DialogProps[Name]): void => {
    endTyping()
    endTyping = typeAhead(close)
    current.value = { name, props, key: lastKey += 1 }
  }
  return { current, open, close }
})
