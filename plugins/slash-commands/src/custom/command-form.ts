import { Refusal } from '@rookery/sdk/plugin'
import type { Command } from '@rookery/sdk/protocol'

/** What may be said of a custom command. */
export type CommandForm = Partial<Pick<Command, 'trigger' | 'url' | 'method' | 'username' | 'iconUrl' | 'displayName' | 'description' | 'isSuggested' | 'suggestionHint' | 'suggestionDescription'>>

const maximumTriggerBytes = 128

const byteLength = (text: string): number => encodeURIComponent(text.toWellFormed()).replaceAll(/%../g, 'x').length

/** Whether there can be words that begin like this. */
export const mayBeginTrigger = (start: string): boolean => byteLength(start) <= maximumTriggerBytes && !/^\/|[\s\p{C}]/u.test(start)

/** A command with what is given changed. */
export function changeCommand(command: Command, form: CommandForm, now: number): Command {
  const given = Object.fromEntries(Object.entries(form).filter(([, value]) => value !== undefined))
  const changed: Command = { ...command, ...given, trigger: (form.trigger ?? command.trigger).toLowerCase(), updateAt: Math.max(now, command.updateAt + 1) }
  const { trigger, url } = changed
  if (trigger === '' || !mayBeginTrigger(trigger)) throw new Refusal('command_trigger_invalid')
  if (!/^https?:\/\/[^\s/?#]+/i.test(url)) throw new Refusal('command_url_invalid')
  return changed
}

/** As people see it who may not manage it. */
export const withoutSecrets = (command: Command): Command => ({ ...command, token: '', creatorId: '', method: '', url: '', username: '', iconUrl: '' })
