import { deepEqual } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defaultSettings } from '../../kernel/src/config/index.ts'

const page = readFileSync(fileURLToPath(new URL('../../docs/operations.md', import.meta.url)), 'utf8')
const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()

/** Those whose name in the environment does not follow from their own. */
const short: Readonly<Record<string, string>> = { databaseUrl: 'DATABASE_URL', dataFolder: 'ROOKERY_DATA', listen: 'ROOKERY_LISTEN' }

describe('the page about running the server', () => {
  it('names every setting', () => {
    const variables = Object.entries(defaultSettings).flatMap(([section, values]) => section in short || typeof values !== 'object' || Array.isArray(values)
      ? [short[section] ?? `ROOKERY_${snake(section)}`]
      : Object.keys(values).map((name) => `ROOKERY_${snake(section)}_${snake(name)}`))
    deepEqual(variables.filter((variable) => !page.includes(`\`${variable}\``)), [])
  })
})
