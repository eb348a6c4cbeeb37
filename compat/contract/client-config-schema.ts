import documented from './data/client-config.json' with { type: 'json' }
import type { Schema } from './shapes.ts'

const values: Readonly<Record<string, Schema>> = {
  'bool-string': { type: 'string', enum: ['true', 'false'] },
  'int-string': { type: 'string', pattern: '^-?[0-9]+$' },
}

/** Known keys only, strings only; the keys for everybody must be there, the others come with a session. */
export const clientConfigSchema: Schema = {
  type: 'object',
  properties: Object.fromEntries(documented.map(({ key, type }) => [key, values[type] ?? { type: 'string' }])),
  required: documented.filter(({ sent }) => sent === 'always').map(({ key }) => key),
  additionalProperties: false,
}
