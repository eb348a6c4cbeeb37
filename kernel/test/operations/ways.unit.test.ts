import { deepEqual, equal, ok, rejects, throws } from 'node:assert/strict'
import { Type } from 'typebox'
import { defineOperation, Fields, RookeryError } from '@rookery/sdk/protocol'
import { createOperations, createValidation, createWays, implement, systemContext, type Hooks, type Operations } from '../../src/operations/index.ts'

const number = Fields({ value: Type.Integer() })
const add = defineOperation({ name: 'numbers.add', summary: 'Adds a number.', input: number, output: Type.Integer() })
const addTwice = defineOperation({ name: 'numbers.addTwice', summary: 'Adds a number twice.', input: number, output: Type.Integer(), enters: ['numbers.add'] })

/** Refuses numbers above ten. */
function createTable({ isGuarded = true } = {}) {
  const seen: number[] = []
  let present = 0
  let most = 0
  const hooks: Hooks = {
    takePart: ({ name }) => isGuarded && name === add.name,
    enter: ({ name }) => (!isGuarded || name !== add.name ? undefined : {
      transform: (input) => Promise.resolve(input),
      regret() {},
      async guard(input) {
        const { value } = input as { value: number }
        seen.push(value)
        most = Math.max(most, present += 1)
        await Promise.resolve()
        present -= 1
        if (value < 0) throw new TypeError('not ours')
        if (value > 10) throw new RookeryError('refused_by_plugin', { reason: `${value} is too much` })
      },
    }),
  }
  const waysOf = createWays({ operations: () => operations, hooks: () => hooks })
  const ways = waysOf(addTwice)
  const operations: Operations = createOperations({
    validation: createValidation(), hooks, implementations: [
      implement(add, { access() {}, handle: (_context, { value }) => value }),
      implement(addTwice, { access() {}, handle: async (context, { value }) => 2 * await ways.dispatch(add, context, { value }) }),
    ],
  })
  return { waysOf, ways, operations, seen, most: () => most }
}

const asked = (...values: number[]) => values.map((value) => ({ input: { value }, accessed: undefined }))

describe('an operation that does what another one does', () => {
  it('asks its guards, or has it done in its place', async () => {
    const { ways, operations, seen } = createTable()
    equal(ways.isGuarded(add), true)
    await ways.ask(add, systemContext, { input: { value: 1 }, accessed: undefined })
    await rejects(ways.ask(add, systemContext, { input: { value: 11 }, accessed: undefined }), { code: 'refused_by_plugin', message: '11 is too much' })
    equal(await operations.dispatch(addTwice, systemContext, { value: 2 }), 4)
    await rejects(operations.dispatch(addTwice, systemContext, { value: 12 }), { code: 'refused_by_plugin' })
    deepEqual(seen, [1, 11, 2, 12])
  })

  it('asks about many a few at a time, and says of each what it was refused with', async () => {
    const { ways, seen, most } = createTable()
    const values = Array.from({ length: 40 }, (_each, index) => index % 20)
    const refusals = await ways.askEach(add, systemContext, asked(...values))
    deepEqual(refusals.map((refusal) => refusal?.message), values.map((value) => (value > 10 ? `${value} is too much` : undefined)))
    deepEqual([seen.length, ok(most() > 1 && most() <= 8)], [40, undefined])
    await rejects(ways.askEach(add, systemContext, asked(1, -1)), TypeError)
  })

  it('asks nobody where nobody takes part, and only about what its definition names', async () => {
    const { waysOf, ways, seen } = createTable({ isGuarded: false })
    deepEqual([ways.isGuarded(add), await ways.askEach(add, systemContext, asked(11)), seen], [false, [undefined], []])
    await ways.ask(add, systemContext, { input: { value: 11 }, accessed: undefined })
    await rejects(ways.ask(addTwice, systemContext, { input: { value: 1 }, accessed: undefined }), /does not say that it enters numbers\.addTwice/)
    throws(() => waysOf(add), /numbers\.add does not say what it enters/)
  })
})
