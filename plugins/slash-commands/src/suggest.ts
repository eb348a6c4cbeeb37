import { CallError } from '@rookery/sdk/plugin'
import type { CommandArgument, CommandChoice, CommandSuggestion, commandsSuggest, InputOf } from '@rookery/sdk/protocol'
import type { Describe } from './built-ins/index.ts'
import type { Context } from './call.ts'
import { listOfTeam } from './custom/command-store.ts'

/** A word that may be typed, and what may follow it. */
export interface Word {
  readonly trigger: string
  readonly description: string
  readonly hint?: string | undefined
  readonly icon?: string | undefined
  readonly arguments?: readonly CommandArgument[] | undefined
  readonly subcommands?: readonly Word[] | undefined
}

/** What a dynamic argument may be, for who can tell. */
export type Complete = (argument: CommandArgument) => Promise<readonly CommandChoice[]>

const suggestion = (complete: string, shown: string, { hint = '', description = '', icon = '' }: { hint?: string | undefined, description?: string | undefined, icon?: string | undefined }): CommandSuggestion =>
  ({ complete, suggestion: shown, hint, description, icon })

const beginsWith = (text: string, start: string): boolean => text.toLowerCase().startsWith(start.toLowerCase())

/** How to go on: `parsed` is understood already, `rest` is not. */
export async function suggestWords(words: readonly Word[], rest: string, complete: Complete, parsed = ''): Promise<CommandSuggestion[]> {
  const end = rest.indexOf(' ')
  if (end < 0) return words.filter(({ trigger }) => beginsWith(trigger, rest)).map((word) => suggestion(parsed + word.trigger, word.trigger, word))
  const word = words.find(({ trigger }) => trigger === rest.slice(0, end).toLowerCase())
  if (!word) return []
  const [known, left] = [`${parsed}${rest.slice(0, end)} `, rest.slice(end + 1)]
  if (word.arguments && word.arguments.length > 0) return suggestArguments(word.arguments, left, complete, known)
  return suggestWords(word.subcommands ?? [], left, complete, known)
}

async function suggestArguments(all: readonly CommandArgument[], rest: string, complete: Complete, parsed: string): Promise<CommandSuggestion[]> {
  const [argument, ...others] = all
  if (!argument) return []
  if (!argument.name) return suggestValue(argument, others, rest, complete, parsed)
  const flag = `--${argument.name}`
  if (rest.startsWith(`${flag} `) && argument.kind === 'boolean') return suggestArguments(others, rest.slice(flag.length + 1), complete, `${parsed}${flag} `)
  if (rest.startsWith(`${flag} `)) return suggestValue(argument, others, rest.slice(flag.length + 1), complete, `${parsed}${flag} `)
  if (argument.kind === 'boolean' && rest === flag) return [suggestion(parsed + flag, flag, argument)]
  const own = flag.startsWith(rest) ? [suggestion(`${parsed}${flag} `, flag, argument)] : []
  return argument.isRequired ? own : [...own, ...await suggestArguments(others, rest, complete, parsed)]
}

async function suggestValue(argument: CommandArgument, others: readonly CommandArgument[], rest: string, complete: Complete, parsed: string): Promise<CommandSuggestion[]> {
  if (argument.kind !== 'choice' && argument.kind !== 'dynamic') {
    // What is in quotation marks is one value; the last one takes all that is left.
    const [value = ''] = others.length === 0 ? [rest] : /^"[^"]*(?:"|$)|^\S*/.exec(rest) ?? ['']
    if (rest[value.length] === ' ') return suggestArguments(others, rest.slice(value.length + 1), complete, parsed + rest.slice(0, value.length + 1))
    return [suggestion(parsed + rest, '', argument)]
  }
  const choices = argument.kind === 'dynamic' ? await complete(argument) : argument.choices ?? []
  const chosen = choices.find(({ value }) => rest.startsWith(`${value} `))
  if (chosen) return suggestArguments(others, rest.slice(chosen.value.length + 1), complete, `${parsed}${chosen.value} `)
  return choices.filter(({ value }) => beginsWith(value, rest)).map((choice) => suggestion(parsed + choice.value, choice.value, choice))
}

const withHint = (word: Word): Word => (word.hint && !word.arguments && !word.subcommands ? { ...word, arguments: [{ kind: 'text', hint: word.hint, description: word.description }] } : word)

/** What may follow what was typed, of all commands that there are; the first of a word counts. */
export async function suggest({ text, teamId, channelId = '', rootId = '' }: InputOf<typeof commandsSuggest>, describe: Describe, context: Context): Promise<CommandSuggestion[]> {
  const typed = text.replace(/^\//, '')
  const [trigger = ''] = typed.toLowerCase().split(' ')
  const [ofPlugins, custom, ours] = await Promise.all([context.asActor.plugins.listCommands({ teamId }), listOfTeam(teamId, context, trigger), describe(context)])
  const words = new Map<string, Word>()
  const ofTeam = new Set(custom.map(({ trigger }) => trigger))
  for (const word of [
    ...ours,
    ...custom.filter(({ isSuggested }) => isSuggested).map(({ trigger, suggestionDescription, suggestionHint, iconUrl }): Word => ({ trigger, description: suggestionDescription, hint: suggestionHint, icon: iconUrl })),
    ...ofPlugins.filter(({ contribution: { trigger } }) => !ofTeam.has(trigger)).map(({ contribution }): Word => contribution),
  ]) if (!words.has(word.trigger)) words.set(word.trigger, withHint(word))

  const complete: Complete = async ({ name = '' }) => {
    const owner = ofPlugins.find(({ contribution }) => contribution.trigger === trigger)
    if (!owner) return []
    try {
      return await context.asActor.plugins.completeCommand({ pluginId: owner.pluginId, trigger, text: typed, argument: name, teamId, channelId, rootId })
    } catch (error) {
      // Who types goes on typing.
      if (error instanceof CallError) return []
      throw error
    }
  }
  return (await suggestWords([...words.values()], typed, complete)).sort((one, other) => (one.suggestion < other.suggestion ? -1 : 1))
}
