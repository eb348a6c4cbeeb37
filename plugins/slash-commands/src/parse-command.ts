import { Refusal } from '@rookery/sdk/plugin'

/** Longer words are cut where they are named in an answer. */
const shownLength = 64

/** The word after the slash in lower case, and all that follows it. */
export function parseCommand(command: string): { trigger: string, text: string } {
  const [, word = '', text = ''] = /^\/(\S+)(?:\s([^]*))?$/.exec(command) ?? []
  if (word === '') throw new Refusal('command_malformed')
  return { trigger: word.toLowerCase(), text }
}

export const unknownCommand = (trigger: string): Refusal => new Refusal('command_unknown', { trigger: trigger.slice(0, shownLength) })
