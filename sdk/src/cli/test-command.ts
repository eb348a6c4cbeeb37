import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { only, UsageError, type Command } from './command.ts'

export const testCommand: Command = {
  usage: 'rookery test <folder> [--isolate]', summary: 'runs the tests of a plugin, swiftly in a process of their own, or in the isolate that servers have',
  options: { isolate: { type: 'boolean' } },
  async run(asked, { environment, say, signal }) {
    const folder = path.resolve(only(asked, 'the folder of a plugin'))
    if (!existsSync(path.join(folder, 'test'))) throw new UsageError(`${path.join(folder, 'test')} is not there: tests are test/*.test.ts.`)
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--test', 'test/**/*.test.ts'], {
      cwd: folder, stdio: ['ignore', 'pipe', 'inherit'], ...(signal && { signal }),
      // A runner of tests that started us is no part of this.
      env: { ...environment, NODE_TEST_CONTEXT: undefined, ROOKERY_TEST_ISOLATE: String(asked.options['isolate'] === true) },
    })
    createInterface({ input: child.stdout as Readable }).on('line', say)
    const [code] = await once(child, 'close') as [number | null]
    return code ?? 1
  },
}
