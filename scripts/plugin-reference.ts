// node scripts/run.mjs scripts/plugin-reference.ts: writes docs/plugins/reference.md from the protocol.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { TSchema } from 'typebox'
import * as protocol from '@rookery/sdk/protocol'
import { capabilities, hookCapability, hookedOperations, observedEvents, type Hookable, type Operation } from '@rookery/sdk/protocol'

export const pluginReferenceFile: string = fileURLToPath(new URL('../docs/plugins/reference.md', import.meta.url))

const isOperation = (value: unknown): value is Operation => typeof value === 'object' && value !== null && 'capability' in value && 'patchable' in value
const fieldsOf = (schema: TSchema): string => {
  const { properties = {}, required = [] } = schema as { properties?: object, required?: string[] }
  return Object.keys(properties).map((name) => (required.includes(name) ? name : `${name}?`)).join(', ')
}
const code = (text: string): string => `\`${text}\``

/** The page as the protocol would have it. */
export function pluginReference(): string {
  const all: Operation[] = (Object.values(protocol) as unknown[]).filter(isOperation)
  const operations = all.filter(({ kind }) => kind === 'value')
  const byCapability = Object.entries(capabilities).flatMap(([capability, sentence]) => {
    const mine = operations.filter((operation) => operation.capability === capability).sort((one, other) => (one.name < other.name ? -1 : 1))
    return [
      `### ${code(capability)}`, '', `A plugin with it can ${sentence}.`, '',
      ...(mine.length === 0 ? [] : ['| function | input | what it does |', '|---|---|---|', ...mine.map((operation) => `| ${code(`ctx.${operation.name}`)} | ${fieldsOf(operation.input)} | ${operation.summary} |`), '']),
    ]
  })
  const hooks = Object.values(hookedOperations).map((operation: Hookable) => {
    const canTransform = operation.patchable.length > 0
    const ways = all.filter(({ enters }) => enters.includes(operation.name)).map(({ name }) => code(name)).sort().join(', ')
    return `| ${code(operation.name)} | ${code(hookCapability(operation.name, 'guard'))} | ${canTransform ? code(hookCapability(operation.name, 'transform')) : ''} | ${operation.patchable.join(', ')} | ${fieldsOf(operation.told ?? operation.input)} | ${ways} |`
  })
  const events = Object.values(observedEvents).map(({ event, capability }) => `| ${code(event.name)} | ${code(capability)} | ${event.summary} | ${Object.keys((event.payload as { properties: object }).properties).join(', ')} |`)
  return [
    '# Reference for plugins', '',
    'Made from `sdk/src/protocol` by `npm run docs:plugins`; [guide.md](guide.md) tells how all this is used. `ctx` is the second thing that every handler is given.', '',
    '## Operations with hooks', '', '| operation | a guard takes | a transform takes | it may change | fields to need | guards are asked on these, too |', '|---|---|---|---|---|---|', ...hooks, '',
    '## Events to observe', '', '| event | takes | when | fields to need, with dots below them |', '|---|---|---|---|', ...events, '',
    '## Capabilities', '', 'A field with a question mark may be left out.', '', ...byCapability,
  ].join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(pluginReferenceFile, pluginReference())
