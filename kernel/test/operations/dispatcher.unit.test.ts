import { deepEqual, equal, rejects, throws } from 'node:assert/strict'
import { Type } from 'typebox'
import { defineOperation, Fields, RookeryError, type Operation } from '@rookery/sdk/protocol'
import { createOperations, createValidation, implement, systemContext, type Context, type Hooks } from '../../src/operations/index.ts'

const double = defineOperation({
  name: 'numbers.double', summary: 'Doubles a number.', input: Fields({ value: Type.Integer({ minimum: 0 }), note: Type.Optional(Type.String()) }), output: Type.Integer(),
})
const anonymous: Context = { ...systemContext, actor: { kind: 'anonymous' } }

const table = (hooks?: Hooks, asked: unknown[] = []) => createOperations({
  validation: createValidation(), ...(hooks && { hooks }),
  implementations: [implement(double, {
    access(_context, { value }) {
      asked.push(value)
      if (value === 13) throw new RookeryError('permission_missing', { permission: 'bad_luck' })
      return { factor: 2 }
    },
    handle: (_context, { value }, { factor }) => value * factor,
  })],
})

describe('the operation table', () => {
  it('validates, authorises, and carries out, in that order', async () => {
    const asked: unknown[] = []
    const operations = table(undefined, asked)
    equal(await operations.dispatch(double, systemContext, { value: 21 }), 42)
    await rejects(operations.dispatch(double, systemContext, { value: 'many' }), { code: 'invalid_input', details: { field: 'value', reason: 'it must be integer' } })
    await rejects(operations.dispatch(double, systemContext, {}), { code: 'invalid_input', details: { field: 'value', reason: 'it is missing' } })
    await rejects(operations.dispatch(double, systemContext, { value: 1, extra: 2 }), { code: 'invalid_input', details: { field: 'extra', reason: 'it is not known here' } })
    await rejects(operations.dispatch(double, systemContext, { value: 13 }), { code: 'permission_missing' })
    await rejects(operations.dispatch(double, anonymous, { value: 1 }), { code: 'not_signed_in' })
    deepEqual(asked, [21, 13])
  })

  it('authorises again what transforms made of the input, and asks guards last', async () => {
    const order: string[] = []
    const hooks: Hooks = {
      takePart: () => true,
      enter: (_operation: Operation, _context, asked) => ((asked as { value: number }).value <= 5 ? undefined : {
        transform: (input) => {
          order.push('transform')
          const { value } = input as { value: number }
          return Promise.resolve(value === 9 ? input : { value: value + 3 })
        },
        regret: ({ code }) => { order.push(`regret ${code}`) },
        guard: (input) => {
          order.push('guard')
          return (input as { value: number }).value === 23 ? Promise.reject(new RookeryError('permission_missing', { permission: 'guard' })) : Promise.resolve()
        },
      }),
    }
    const asked: unknown[] = []
    const operations = table(hooks, asked)
    equal(await operations.dispatch(double, systemContext, { value: 7 }), 20)
    equal(await operations.dispatch(double, systemContext, { value: 5 }), 10)
    // What nobody may do is not the fault of who asked for something else.
    equal(await operations.dispatch(double, systemContext, { value: 10 }), 20)
    await rejects(operations.dispatch(double, systemContext, { value: 20 }), { code: 'permission_missing', details: { permission: 'guard' } })
    // What they leave alone was authorised already.
    equal(await operations.dispatch(double, systemContext, { value: 9 }), 18)
    deepEqual(order, ['transform', 'guard', 'transform', 'regret permission_missing', 'guard', 'transform', 'guard', 'transform', 'guard'])
    deepEqual(asked, [7, 10, 5, 10, 13, 20, 23, 9])
  })

  it('refuses effects of effects beyond the fourth, unknown operations, and two implementations of one', async () => {
    const operations = table()
    equal(await operations.dispatch(double, { ...systemContext, causeDepth: 4 }, { value: 1 }), 2)
    await rejects(operations.dispatch(double, { ...systemContext, causeDepth: 5 }, { value: 1 }), { code: 'rate_limited' })
    const other = { ...double, name: 'numbers.halve' }
    await rejects(operations.dispatch(other, systemContext, {}), { code: 'not_implemented' })
    const twice = implement(double, { access() {}, handle: () => 0 })
    throws(() => createOperations({ validation: createValidation(), implementations: [twice, twice] }), /numbers\.double is implemented twice/)
    throws(() => defineOperation({ name: 'nonsense', summary: '', input: Fields({}), output: Fields({}) }), /noun\.verb/)
  })
})
