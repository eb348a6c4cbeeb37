import { parseArgs } from 'node:util'
import { UsageError, type Command, type Surroundings } from './command.ts'
import { createCommand } from './create.ts'
import { devCommand } from './dev.ts'
import { listOperations, runOperation } from './operation-command.ts'
import { packageCommands } from './package-commands.ts'
import { RefusedError } from './server-link.ts'
import { startCommand } from './start.ts'
import { testCommand } from './test-command.ts'

export type { Surroundings }

/** Of developers and operators; names with a dot are operations and belong to the server. */
const commands: Readonly<Record<string, Command>> = { create: createCommand, dev: devCommand, test: testCommand, ...packageCommands, start: startCommand }

const operationUsage = 'rookery <noun.verb> [--<field> <value> …] [--json <input>] [--file <to send>] [--out <to write>] [--url <server> --token <token>]'

/** Answers the exit code. */
export async function runCommand(words: readonly string[], surroundings: Surroundings): Promise<number> {
  const { say, complain } = surroundings
  const [name = '', ...rest] = words
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  const isOperation = /^[a-z][a-zA-Z]*\.[a-z][a-zA-Z]*$/.test(name)
  if (!command && !isOperation) {
    const isHelp = name === '' || name === 'help' || name === '--help'
    if (isHelp && rest[0] === 'operations') {
      say(listOperations())
      return 0
    }
    if (!isHelp) complain(`There is no command ${name}.`)
    for (const { usage, summary } of Object.values(commands)) (isHelp ? say : complain)(`  ${usage}\n      ${summary}`)
    ;(isHelp ? say : complain)(`  ${operationUsage}\n      does an operation on the server whose data folder is ROOKERY_DATA (./data), or at an address; \`rookery help operations\` lists them`)
    return isHelp ? 0 : 2
  }
  try {
    if (!command) {
      await runOperation(name, rest, surroundings)
      return 0
    }
    const { positionals, values } = parseArgs({ args: [...rest], options: { ...command.options, help: { type: 'boolean' } }, allowPositionals: true })
    if (values['help'] === true) {
      say(`${command.usage}\n  ${command.summary}`)
      return 0
    }
    return await command.run({ words: positionals, options: values as Readonly<Record<string, string | boolean>> }, surroundings) ?? 0
  } catch (error) {
    complain(error instanceof Error ? error.message : String(error))
    if (error instanceof UsageError && command) complain(`  ${command.usage}`)
    return error instanceof RefusedError && error.code === 'invalid_input' ? 2 : 1
  }
}
