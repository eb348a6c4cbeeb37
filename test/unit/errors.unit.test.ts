import { deepEqual, equal } from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { errorTable, RookeryError } from '@rookery/sdk/protocol'
import { errorsPage, errorsPageFile } from '../../scripts/errors-page.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

describe('the error table', () => {
  it('is documented as it is: run npm run docs:errors', () => {
    equal(readFileSync(errorsPageFile, 'utf8'), errorsPage())
  })

  it('holds no code that nothing throws', () => {
    const files = globSync(['{sdk,kernel,compat}/src/**/*.ts', 'migrations/*.sql'], { cwd: root }).filter((file) => !file.endsWith('protocol/errors.ts'))
    const thrown = new Set(files.flatMap((file) => [...readFileSync(`${root}${file}`, 'utf8').matchAll(/'([a-z_]+)'/g)].map((match) => match[1])))
    deepEqual(Object.keys(errorTable).filter((code) => !thrown.has(code)), [])
  })

  it('fills details into sentences and leaves nothing out', () => {
    const error = new RookeryError('invalid_input', { field: 'name', reason: 'it is missing' })
    equal(error.message, 'The field name is not valid: it is missing.')
    equal(error.status, 400)
  })

  it('ends no sentence twice where the reason is one', () => {
    const error = new RookeryError('package_invalid', { reason: 'The field name is not valid: it is missing.' })
    deepEqual([error.message, error.details['reason']], ['The package cannot be taken: The field name is not valid: it is missing.', 'The field name is not valid: it is missing'])
    equal(new RookeryError('refused_by_plugin', { reason: 'Not here.' }).message, 'Not here.')
    equal(new RookeryError('package_invalid', { reason: 'it ends in ...' }).details['reason'], 'it ends in ...')
  })
})
