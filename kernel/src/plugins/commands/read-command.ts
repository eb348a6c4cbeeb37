import type { CommandArgument, CommandContribution } from '@rookery/sdk/protocol'
import type { TextKey } from '../../languages/index.ts'

export type ArgumentValues = Readonly<Record<string, string | number | boolean>>

/** What somebody typed after a command: the words that lead to what is meant, and its arguments by key; or what is wrong with it. */
export type ReadCommand =
  | { readonly subcommands: readonly string[], readonly values: ArgumentValues }
  | { readonly fault: string }

/** Names that stand for accounts and channels; undefined where there is none that the one who types may know of. */
export interface Names {
  user(name: string): Promise<string | undefined>
  channel(name: string): Promise<string | undefined>
}

interface Word { readonly arguments?: readonly CommandArgument[], readonly subcommands?: readonly (Word & { readonly trigger: string })[] }
interface Token { readonly text: string, readonly isQuoted: boolean, readonly start: number, readonly end: number }

type FaultName = TextKey extends infer Key ? Key extends `commands.${infer Name}` ? Name : never : never

/** Says what is wrong with something typed, to whoever typed it. */
export type SayFault = (name: FaultName, values: Readonly<Record<string, string>>) => string

/** Thrown where something typed does not fit. */
class Misfit extends Error {
  readonly fault: FaultName
  readonly values: Readonly<Record<string, string>>

  constructor(fault: FaultName, values: Readonly<Record<string, string>>) {
    super(fault)
    this.fault = fault
    this.values = values
  }
}

/** Reads arguments that have keys; commands without such are given the text alone. */
export async function readCommand(command: CommandContribution, text: string, names: Names, say: SayFault): Promise<ReadCommand> {
  const { word, subcommands, rest } = findWord(command, text)
  const all = word.arguments ?? []
  if (!all.some(({ key }) => key !== undefined)) return { subcommands, values: {} }
  try {
    return { subcommands, values: await readArguments(all, rest, names) }
  } catch (error) {
    if (error instanceof Misfit) return { fault: `${say(error.fault, error.values)} ${say('usage', { usage: `/${[command.trigger, ...subcommands, ...all.map(usageOf)].join(' ')}` })}` }
    throw error
  }
}

function findWord(command: CommandContribution, text: string): { word: Word, subcommands: string[], rest: string } {
  let word: Word = command
  let rest = text.trimStart()
  const subcommands: string[] = []
  for (;;) {
    const [typed = ''] = /^\S+/.exec(rest) ?? []
    const next: (Word & { readonly trigger: string }) | undefined = word.subcommands?.find(({ trigger }) => trigger === typed.toLowerCase())
    if (!next) return { word, subcommands, rest }
    subcommands.push(next.trigger)
    rest = rest.slice(typed.length).trimStart()
    word = next
  }
}

async function readArguments(all: readonly CommandArgument[], rest: string, names: Names): Promise<ArgumentValues> {
  const tokens = tokenise(rest)
  const named = new Map(all.filter(({ name }) => name).map((argument) => [`--${argument.name}`, argument]))
  const places = all.filter(({ name }) => !name)
  const isFlag = ({ text, isQuoted }: Token): boolean => !isQuoted && named.has(text)
  const typed = new Map<CommandArgument, string>()
  let place = 0
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at] as Token
    const argument = isFlag(token) ? named.get(token.text) : places[place]
    if (!argument) throw new Misfit('nothingMeant', { text: token.text.slice(0, 100) })
    if (typed.has(argument)) throw new Misfit('argumentTwice', { argument: labelOf(argument) })
    if (isFlag(token)) {
      if (argument.kind === 'boolean') { typed.set(argument, 'true'); continue }
      at += 1
      const value = tokens[at]
      if (!value) throw new Misfit('valueMissing', { argument: labelOf(argument) })
      typed.set(argument, value.text)
      continue
    }
    place += 1
    if (argument.kind !== 'text' || place < places.length || token.isQuoted) { typed.set(argument, token.text); continue }
    // The last text takes all that is left, up to what has a name.
    let last = at
    while (last + 1 < tokens.length && !isFlag(tokens[last + 1] as Token)) last += 1
    typed.set(argument, rest.slice(token.start, (tokens[last] as Token).end))
    at = last
  }
  const values: Record<string, string | number | boolean> = {}
  for (const argument of all) {
    const text = typed.get(argument)
    if (text === undefined && argument.isRequired) throw new Misfit('argumentMissing', { argument: labelOf(argument) })
    const value = text === undefined ? (argument.kind === 'boolean' ? false : undefined) : await readValue(argument, text, names)
    if (value !== undefined && argument.key !== undefined) values[argument.key] = value
  }
  return values
}

async function readValue(argument: CommandArgument, text: string, names: Names): Promise<string | number | boolean> {
  const fail = (fault: FaultName, values: Readonly<Record<string, string>> = {}): never => { throw new Misfit(fault, { argument: labelOf(argument), ...values }) }
  switch (argument.kind) {
    case 'integer': return /^[+-]?\d{1,15}$/.test(text) ? Number(text) : fail('mustBeWholeNumber')
    case 'number': return /^[+-]?(\d{1,15}(\.\d{1,15})?|\.\d{1,15})$/.test(text) ? Number(text) : fail('mustBeNumber')
    case 'boolean': return text === 'true' || (text !== 'false' && fail('mustBeBoolean'))
    case 'choice': return argument.choices?.find(({ value }) => value.toLowerCase() === text.toLowerCase())?.value ?? fail('mustBeChoice', { choices: (argument.choices ?? []).map(({ value }) => value).join(', ') })
    case 'user': return await names.user(text.replace(/^@/, '').toLowerCase()) ?? fail('mustBeUser')
    case 'channel': return await names.channel(text.replace(/^~/, '').toLowerCase()) ?? fail('mustBeChannel')
    default: return text
  }
}

function tokenise(text: string): Token[] {
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"(?=\s|$)|\S+/g)].map((match) => ({
    text: match[1] === undefined ? match[0] : match[1].replaceAll(/\\(.)/g, '$1'), isQuoted: match[1] !== undefined, start: match.index, end: match.index + match[0].length,
  }))
}

const labelOf = ({ name, key = '', hint = key }: CommandArgument): string => (name ? `--${name}` : hint)
const usageOf = (argument: CommandArgument): string => {
  const { name, key = '', kind, isRequired } = argument
  const text = name ? kind === 'boolean' ? `--${name}` : `--${name} <${key || kind}>` : `<${key || kind}>`
  return isRequired ? text : `[${text}]`
}
