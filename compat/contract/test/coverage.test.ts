import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { coverageOf, type Coverage } from '../coverage.ts'
import { clearRecords, createRecorder, readRecords, type WireRecord } from '../recorder.ts'

const seen = (method: string, path: string, status: number, more: Partial<WireRecord> = {}): WireRecord =>
  ({ method, path: `/api/v4/${path}`, status, violations: [], ...more })

const stateOf = ({ states }: Coverage, operationId: string): string | undefined =>
  [...states].find(([operation]) => operation.operationId === operationId)?.[1]

describe('coverage', () => {
  it('calls done what succeeded and refused as the contract says', () => {
    const coverage = coverageOf([
      seen('GET', 'users/me', 200), seen('GET', 'users/me', 401),
      seen('GET', 'users/known', 304), seen('GET', 'users/known', 401),
      seen('GET', 'config/client?format=old', 200),
    ])
    for (const id of ['GetUser', 'GetKnownUsers', 'GetClientConfig']) assert.equal(stateOf(coverage, id), 'done', id)
    assert.match(coverage.page, /^T0 3 of 96 · T1 0 of 199 · T2 0 of 89 · T3 0 of 226 · all 3 of 610$/m)
    assert.match(coverage.page, /^\| GetUser \| `GET \/api\/v4\/users\/\{user_id\}` \| T0 \| done \|$/m)
  })

  it('calls partial what lacks one of the two or broke the contract', () => {
    const coverage = coverageOf([
      seen('GET', 'users/me', 200),
      seen('POST', 'posts', 403),
      seen('GET', 'users/known', 200), seen('GET', 'users/known', 401, { violations: ['error: lacks the field id'] }),
    ])
    for (const id of ['GetUser', 'CreatePost', 'GetKnownUsers']) assert.equal(stateOf(coverage, id), 'partial', id)
    assert.deepEqual(coverage.violations, ['GET /api/v4/users/known 401: error: lacks the field id'])
  })

  it('calls 501 what nobody offers, even if strangers are turned away first', () => {
    const coverage = coverageOf([seen('GET', 'cluster/status', 501), seen('GET', 'cluster/status', 401)])
    assert.equal(stateOf(coverage, 'GetClusterStatus'), '501')
    assert.equal(stateOf(coverage, 'GetUser'), '501')
  })

  it('tells an empty form from an operation that is offered', () => {
    const form = coverageOf([seen('GET', 'agents', 200, { emptyForm: true }), seen('GET', 'agents', 401)])
    assert.equal(stateOf(form, 'GetAgents'), 'empty form')
    assert.equal(stateOf(coverageOf([]), 'GetAgents'), 'empty form')
    assert.equal(stateOf(coverageOf([seen('GET', 'agents', 200), seen('GET', 'agents', 401)]), 'GetAgents'), 'done')
  })

  it('writes the same page whatever the order of the records', () => {
    const records = [seen('GET', 'users/me', 200), seen('GET', 'users/me', 401), seen('POST', 'posts', 201), seen('GET', 'agents', 200)]
    assert.equal(coverageOf(records).page, coverageOf(records.toReversed()).page)
  })

  it('names every operation once', () => {
    assert.equal(coverageOf([]).page.match(/^\| .* \| T\d \| /gm)?.length, 610)
  })
})

describe('recorder', () => {
  it('keeps what processes note side by side, and forgets on demand', () => {
    const directory = mkdtempSync(join(tmpdir(), 'contract-'))
    try {
      const records = [seen('GET', 'users/me', 200), seen('GET', 'agents', 200, { emptyForm: true })]
      const recorders = ['a', 'b'].map((name) => createRecorder({ directory, name }))
      for (const [index, record] of records.entries()) recorders[index]?.note(record)
      appendFileSync(join(directory, 'notes.txt'), 'not a record')
      assert.deepEqual(readRecords(directory), records)
      clearRecords(directory)
      assert.deepEqual(readRecords(directory), [])
    } finally {
      rmSync(directory, { recursive: true })
    }
  })

  it('finds nothing where nobody recorded', () => {
    assert.deepEqual(readRecords(join(tmpdir(), 'no-such-directory-of-records')), [])
  })
})
