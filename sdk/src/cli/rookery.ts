#!/usr/bin/env node
import { createInterface } from 'node:readline/promises'
import type { runCommand as RunCommand } from './commands.ts'

/** Asked for by what goes on until it is told to stop; everything else ends at once. */
const interruption = (): AbortSignal => {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => { controller.abort() })
  return controller.signal
}

const confirm = async (question: string): Promise<boolean> => {
  const prompt = createInterface({ input: process.stdin, output: process.stdout })
  try {
    return /^y(es)?$/i.test((await prompt.question(`${question} [y/N] `)).trim())
  } finally {
    prompt.close()
  }
}

const oldestNode = 26
if (Number.parseInt(process.versions.node, 10) < oldestNode) {
  console.error(`Rookery needs Node ${oldestNode} or newer; this is ${process.versions.node}. \`npm install node@${oldestNode}\` brings one into this folder.`)
  process.exit(1)
}
// Not before: an older Node could not even read it.
const { runCommand } = await import('./commands.ts') as { runCommand: typeof RunCommand }

const known: { signal?: AbortSignal } = {}
process.exitCode = await runCommand(process.argv.slice(2), {
  environment: process.env, say: (line) => { console.log(line) }, complain: (line) => { console.error(line) },
  ...(process.stdin.isTTY && process.stdout.isTTY && { confirm }),
  get signal() { return known.signal ??= interruption() },
})
