import { parseArgs } from 'node:util'
import { UsageError, type Command, type Surroundings } from './command.ts'
import { createCommand, ownVersion } from './create.ts'
import { devCommand } from './dev.ts'
import { listOperations, runOperation } from './operation-command.ts'
import { didYouMean } from './nearest.ts'
import { packageCommands } from './package-commands.ts'
import { RefusedError } from './server-link.ts'
import { startCommand } from './start.ts'
import { testCommand } from './test-command.ts'

export type { Surroundings }

/** Of developers and operators; names with a dot are operations and belong to the server. */
const commands: Readonly<Record<string, Command>> = { create: createCommand, dev: devCommand, test: testCommand, ...packageCommands, start: startCommand }

const operationName = /^[a-z][a-zA-Z]*\.[a-z][a-zA-Z]*$/
const operationUsage = 'rookery <noun.verb> [--<field> <value> …] [--json <input>] [--file <to send>] [--out <to write>] [--url <server> --token <token>]'

/** What `help <name>` or `<name> --help` says. */
const explained = ({ usage, summary }: Command): string => `${usage}\n  ${summary}`

/** Whom a mistake in typing is told without the whole list. */
const nothingNamed = (name: string): string => `There is no command ${name}.${didYouMean(name, Object.keys(commands))} \`rookery help\` lists what there is.`

async function showHelp([name]: readonly string[], surroundings: Surroundings): Promise<number> {
  const { say, complain } = surroundings
  if (name === 'operations') say(listOperations())
  else if (name !== undefined && operationName.test(name)) await runOperation(name, ['--help'], surroundings)
  else if (name !== undefined && !Object.hasOwn(commands, name)) {
    complain(nothingNamed(name))
    return 2
  } else if (name !== undefined) say(explained(commands[name] as Command))
  else {
    for (const { usage, summary } of Object.values(commands)) say(`  ${usage}\n      ${summary}`)
    say(`  ${operationUsage}\n      does an operation on the server whose data folder is ROOKERY_DATA (./data), or at an address; \`rookery help operations\` lists them`)
    say('  rookery help [<command> | <noun.verb> | operations], rookery --version')
  }
  return 0
}

/** The options of a command as somebody typed them; throws a sentence. */
function readOptions({ options }: Command, words: readonly string[]): { readonly positionals: readonly string[], readonly values: Readonly<Record<string, string | boolean>> } {
  try {
    const { positionals, values } = parseArgs({ args: [...words], options: { ...options, help: { type: 'boolean' } }, allowPositionals: true })
    return { positionals, values: values as Readonly<Record<string, string | boolean>> }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const name = /'(--?[^ ',]*)/.exec(message)?.[1] ?? ''
    if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') throw new UsageError(`There is no option ${name}.${didYouMean(name, Object.keys(options).map((option) => `--${option}`))}`, { cause: error })
    if (code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE') throw new UsageError(`${message.includes('does not take') ? 'There is no value after' : 'There must be a value after'} ${/--[a-z-]+/.exec(message)?.[0] ?? name}.`, { cause: error })
    throw error
  }
}

/** What the system says of a file, in a sentence. */
function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code = '', path: file } = error as NodeJS.ErrnoException
  const sentence = { ENOENT: 'is not there', EEXIST: 'is there already, and stays as it is', EACCES: 'may not be read or written here', EISDIR: 'is a folder', ENOTDIR: 'is in no folder', ENOSPC: 'has no room' }[code]
  return sentence === undefined || file === undefined ? error.message : `${file} ${sentence}.`
}

/** Answers the exit code: 2 where what was typed is wrong, 1 where it did not work. */
export async function runCommand(words: readonly string[], surroundings: Surroundings): Promise<number> {
  const { say, complain } = surroundings
  const [name = 'help', ...rest] = words
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  try {
    if (name === 'help' || name === '--help' || name === '-h') return await showHelp(rest, surroundings)
    if (name === 'version' || name === '--version') {
      say(await ownVersion())
      return 0
    }
    if (!command && !operationName.test(name)) {
      complain(nothingNamed(name))
      return 2
    }
    if (!command) {
      await runOperation(name, rest, surroundings)
      return 0
    }
    const { positionals, values } = readOptions(command, rest)
    if (values['help'] === true) {
      say(explained(command))
      return 0
    }
    return await command.run({ words: positionals, options: values }, surroundings) ?? 0
  } catch (error) {
    complain(sentenceOf(error))
    if (error instanceof UsageError && command) complain(`  ${command.usage}`)
    return error instanceof UsageError || (error instanceof RefusedError && error.code === 'invalid_input') ? 2 : 1
  }
}
