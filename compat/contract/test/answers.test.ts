import assert from 'node:assert/strict'
import { clientConfig } from '../../src/mattermost/client-config.ts'
import { documentedOperations } from '../../src/mattermost/documented-operations.ts'
import { emptyForms } from '../../src/mattermost/empty-forms.ts'
import { answers } from '../answers.ts'
import { contractOperations, createContract, type WireAnswer } from '../schemas.ts'
import { examples, exampleId } from './examples.ts'

const contract = createContract()
const request = exampleId('q')
const headers = { 'Content-Type': 'application/json', 'X-Request-Id': request, 'X-Version-Id': '11.9.0.11.9.0.none.false' }
const error = { id: 'api.context.session_expired.app_error', message: 'Sign in', detailed_error: '', request_id: request, status_code: 401 }

const check = (method: string, path: string, status: number, body: unknown, more: Partial<WireAnswer> = {}): string[] =>
  contract.checkAnswer({ method, path: `/api/v4/${path}`, status, headers, body: typeof body === 'string' ? body : JSON.stringify(body), ...more })

describe('answers of the contract', () => {
  it('knows every documented operation, in the same words as the server', () => {
    assert.equal(contractOperations.length, 610)
    assert.equal(contractOperations.filter(({ tier }) => tier === 'T0').length, 96)
    assert.deepEqual(
      contractOperations.map(({ method, path, operationId, tier }) => ({ method, path, operationId, tier })),
      [...documentedOperations],
    )
  })

  it('has an answer of its own for all of T0', () => {
    assert.deepEqual(contractOperations.filter(({ tier, operationId }) => tier === 'T0' && !(operationId in answers)), [])
  })

  it('finds operations by address: literals before parameters, queries ignored', () => {
    assert.equal(contract.operationFor('GET', '/api/v4/users/me/teams/unread?include_collapsed_threads=true')?.operationId, 'GetTeamsUnreadForUser')
    assert.equal(contract.operationFor('GET', '/api/v4/users/known')?.operationId, 'GetKnownUsers')
    assert.equal(contract.operationFor('get', `/api/v4/users/${exampleId('u')}/`)?.operationId, 'GetUser')
    assert.equal(contract.operationFor('PATCH', '/api/v4/users/me'), undefined)
    assert.equal(contract.operationFor('GET', '/api/v4/nowhere'), undefined)
  })

  it('can compile what it expects of every operation', () => {
    for (const { method, path, answer } of contractOperations) {
      contract.checkAnswer({ method, path, status: answer.statuses[0] ?? 200, headers, body: '{}' })
    }
  })

  it('takes good answers', () => {
    assert.deepEqual(check('GET', 'users/me', 200, examples.User), [])
    assert.deepEqual(check('POST', 'users/login', 200, examples.User), [])
    assert.deepEqual(check('POST', 'posts', 201, examples.Post), [])
    assert.deepEqual(check('POST', 'emoji/names', 200, [examples.Emoji]), [])
    assert.deepEqual(check('GET', `channels/${exampleId('c')}/posts`, 200, examples.PostList), [])
    assert.deepEqual(check('GET', `users/me/teams/${exampleId('t')}/threads`, 200, examples.UserThreads), [])
    assert.deepEqual(check('POST', 'channels/members/me/view', 200, { status: 'OK', last_viewed_at_times: { [exampleId('c')]: 1 } }), [])
    assert.deepEqual(check('GET', 'license/client?format=old', 200, { IsLicensed: 'false' }), [])
  })

  it('takes bodies as text, bytes or parsed, and headers of any kind', () => {
    const body = JSON.stringify(examples.User)
    for (const form of [body, new TextEncoder().encode(body), examples.User]) assert.deepEqual(check('GET', 'users/me', 200, '', { body: form }), [])
    assert.deepEqual(check('GET', 'users/me', 200, body, { headers: new Headers(headers) }), [])
  })

  it('takes our client configuration, with and without a session', () => {
    for (const signedIn of [true, false]) {
      const config = clientConfig({ siteUrl: 'https://chat.example.org', diagnosticId: exampleId('x') }, { signedIn })
      assert.deepEqual(check('GET', 'config/client', 200, config), [])
      assert.notDeepEqual(check('GET', 'config/client', 200, { ...config, EnableCustomEmoji: true }), [])
      assert.notDeepEqual(check('GET', 'config/client', 200, { ...config, EnableSomethingElse: 'true' }), [])
    }
  })

  it('takes every empty form', () => {
    for (const { method, path, status, body } of emptyForms) {
      const params = { team_id: exampleId('t') }
      for (const query of [{}, { include_total_count: 'true', includeDirectChannels: 'true' }]) {
        assert.deepEqual(contract.checkAnswer({ method, path, status, headers, body: JSON.stringify(body({ params, query })) }), [], `${method} ${path}`)
      }
    }
  })

  it('refuses operations that do not exist', () => {
    assert.deepEqual(check('GET', 'nowhere', 200, {}), ['GET /api/v4/nowhere: is not an operation of Mattermost\'s API'])
  })

  it('refuses another status than the operation has', () => {
    assert.deepEqual(check('POST', 'posts', 200, examples.Post), ['status: must be 201 (found 200)'])
  })

  it('refuses a content type with a charset', () => {
    const wrong = { ...headers, 'Content-Type': 'application/json; charset=utf-8' }
    assert.deepEqual(check('GET', 'users/me', 200, examples.User, { headers: wrong }), [
      'Content-Type: must be exactly application/json (found application/json; charset=utf-8)',
    ])
  })

  it('refuses answers without request id and version', () => {
    const { 'Content-Type': type } = headers
    assert.deepEqual(check('GET', 'users/me', 200, examples.User, { headers: { 'content-type': type, 'x-version-id': 'rookery' } }), [
      'X-Request-Id: must be 26 characters (found none)',
      'X-Version-Id: must begin with a version (found rookery)',
    ])
  })

  it('refuses text that is no JSON, and null for an empty list', () => {
    assert.deepEqual(check('GET', 'users/me', 200, '<html>'), ['body: is not JSON'])
    assert.deepEqual(check('GET', 'users', 200, null), ['body: must be array (found null)'])
    assert.deepEqual(check('GET', 'users', 200, []), [])
  })

  it('takes pictures and files as bytes of any type, only not as JSON', () => {
    const picture = { ...headers, 'Content-Type': 'image/png' }
    assert.deepEqual(check('GET', 'users/me/image', 200, 'png', { headers: picture }), [])
    assert.deepEqual(check('GET', `files/${exampleId('f')}`, 206, 'part', { headers: picture }), [])
    assert.deepEqual(check('GET', 'users/me/image', 200, {}), ['Content-Type: must not be application/json'])
  })

  it('takes 304 with nothing in it', () => {
    assert.deepEqual(check('GET', 'users/me', 304, ''), [])
    assert.deepEqual(check('GET', 'users/me', 304, examples.User), ['body: must be empty with 304'])
  })

  it('takes refusals of exactly the known form', () => {
    assert.deepEqual(check('GET', 'users/me', 401, error), [])
    const { request_id: _left, ...withoutRequest } = error
    assert.deepEqual(check('GET', 'users/me', 401, withoutRequest), ['error: lacks the field request_id', 'error/request_id: is not that of X-Request-Id'])
    assert.deepEqual(check('GET', 'users/me', 403, error), ['error/status_code: must be 403 (found 401)'])
    assert.deepEqual(check('GET', 'users/me', 401, { ...error, stack: 'at …' }), ['error: has the unknown field stack'])
    assert.deepEqual(check('GET', 'users/me', 401, { ...error, request_id: exampleId('z') }), ['error/request_id: is not that of X-Request-Id'])
  })

  it('never takes 500', () => {
    assert.deepEqual(check('GET', 'users/me', 500, { ...error, status_code: 500 }), ['status: 500 is never an answer'])
  })

  it('wants parts of one answer to agree', () => {
    const list = examples.PostList as { posts: object }
    const other = exampleId('o')
    assert.deepEqual(check('GET', `posts/${exampleId('p')}/thread`, 200, { ...list, order: [other] }), [`body/order: names ${other}, which is not among the posts`])
    assert.deepEqual(check('POST', 'files', 201, { ...examples.FileUpload, client_ids: ['a', 'b'] }), ['body/client_ids: there are 2 for 1 files'])
    assert.notDeepEqual(check('GET', `users/me/teams/${exampleId('t')}/channels/categories`, 200, { ...examples.OrderedSidebarCategories, order: [] }), [])
  })

  it('leaves a flood of violations at twenty', () => {
    const found = check('GET', 'users', 200, Array.from({ length: 50 }, () => ({ ...examples.User, id: 1 })))
    assert.equal(found.length, 21)
    assert.equal(found.at(-1), 'body: and 30 more')
  })
})
