import { equal } from 'node:assert/strict'
import { leanProtocol } from '../../build/lean-modules.ts'

describe('the protocol in the browser', () => {
  it('keeps of operations and events what asking needs', () => {
    equal(leanProtocol('export const a = defineOperation({ name: "users.get", summary: "s", input: Fields({ userId: Id }), output: User, safe: true })'),
      'export const a = /* @__PURE__ */ defineOperation({ name: "users.get", safe: true })')
    equal(leanProtocol('export const b = defineEvent({ name: "post.created", summary: "s", payload: Fields({}), durable: false })'),
      'export const b = /* @__PURE__ */ defineEvent({ name: "post.created", durable: false })')
  })
  it('marks what only defines, and leaves functions as they are', () => {
    equal(leanProtocol('export const User = Fields({ id: Id, at: Type.Integer() })'), 'export const User = /* @__PURE__ */ Fields({ id: Id, at: /* @__PURE__ */ Type.Integer() })')
    equal(leanProtocol('export const f = (a) => g(a)\nexport function h() { return g(1) }'), 'export const f = (a) => g(a)\nexport function h() { return g(1) }')
  })
  it('keeps of errors their codes', () => {
    equal(leanProtocol("export const t = { not_json: entry(400, 'api.x', 'The body is not JSON.') }"), "export const t = { not_json: /* @__PURE__ */ entry(400, '', \"not_json\") }")
  })
})
