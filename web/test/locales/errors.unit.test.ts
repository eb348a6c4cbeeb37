import { deepEqual, ok } from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import * as protocol from '@rookery/sdk/protocol'
import { errorTable, type ErrorCode, type Operation } from '@rookery/sdk/protocol'

const root = path.resolve(import.meta.dirname, '../../src')
const texts = JSON.parse(readFileSync(path.join(root, 'locales/en/errors.json'), 'utf8')) as Record<string, string>

/** What any operation may answer besides its own errors: the server, the way there, and plugins that guard it. */
const common: readonly ErrorCode[] = [
  'invalid_input', 'unknown_operation', 'not_implemented', 'body_too_large', 'body_too_slow', 'address_too_long', 'rate_limited', 'unavailable', 'internal', 'not_signed_in', 'permission_missing', 'forgery_suspected',
  'refused_by_plugin', 'dismissed_by_plugin', 'plugin_failed', 'plugin_unavailable', 'plugin_timed_out',
]
/** What `failureOf` and `useFailureText` say besides. */
const ofThePage = ['offline', 'not_kept', 'other']

describe('The words for errors', () => {
  it('are there for all that an operation which the web app runs may answer', () => {
    const words = new Set(readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => /\.(ts|vue)$/.test(file)).flatMap((file) => readFileSync(path.join(root, file), 'utf8').match(/\b[a-z]\w+\b/g) ?? []))
    const run = Object.entries(protocol as Record<string, unknown>).filter(([name, value]) => words.has(name) && value !== null && typeof value === 'object' && 'errors' in value && 'output' in value).map(([, value]) => value as Operation)
    ok(run.length > 100, 'it knows what the web app runs')
    deepEqual([...new Set([...common, ...run.flatMap(({ errors }) => errors)])].filter((code) => !Object.hasOwn(texts, code)), [])
  })

  it('are of errors that there are', () => {
    deepEqual(Object.keys(texts).filter((code) => !Object.hasOwn(errorTable, code) && !ofThePage.includes(code)), [])
  })
})
