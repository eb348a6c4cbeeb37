import type { Command } from '@rookery/sdk/protocol'
import { builtIns } from './built-ins/index.ts'

const nobody = { id: '', createAt: 0, updateAt: 0, deleteAt: 0, creatorId: '', pluginId: '', url: '', method: 'POST', token: '', username: '', iconUrl: '' } as const

/** Commands that nobody made. */
export const builtInCommands = (teamId: string): Command[] => builtIns.map(({ trigger, description, hint = '' }) => ({
  ...nobody, teamId, trigger, displayName: trigger, description, isSuggested: true, suggestionHint: hint, suggestionDescription: description,
}))
