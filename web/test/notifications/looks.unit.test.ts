import { deepEqual, equal } from 'node:assert/strict'
import { claim, createLooks } from '../../src/data/notifications/looks.ts'
import { plainText } from '../../src/views/notifications/plain-text.ts'

const { locks } = globalThis.navigator
/** A lock is taken and given back a moment after it was asked for. */
const until = async (look: () => Promise<boolean>): Promise<void> => { while (!await look()) await new Promise((resolve) => { setImmediate(resolve) }) }

describe('tabs that agree who tells', () => {
  it('know what any of them shows', async () => {
    const [one, other] = [createLooks('test.look.', locks), createLooks('test.look.', locks)]
    equal(await other.areShown(['channel']), false)
    one.show(['channel', 'thread'])
    equal(await one.areShown(['channel']), true)
    await until(() => other.areShown(['channel']))
    one.show(['thread'])
    await until(async () => !await other.areShown(['channel']))
    equal(await other.areShown(['channel', 'thread']), true)
    one.show([])
    await until(async () => !await other.areShown(['thread']))
  })

  it('tell of each post once', async () => {
    deepEqual(await Promise.all([claim('test.post', locks, 5), claim('test.post', locks, 5), claim('test.other', locks, 5)]), [true, false, true])
    equal(await claim('test.post', undefined), true)
  })
})

describe('a message in plain text', () => {
  it('loses the signs of markdown and nothing else', () => {
    equal(plainText('## Plan\n\n- [x] **ship** _it_\n> said `Ada`'), 'Plan ship it said Ada')
    equal(plainText('see [the docs](https://example.com/a_b) ![a cat](https://example.com/cat.png)'), 'see the docs a cat')
    equal(plainText('```ts\nconst a_b_c = 2 * 3 * 4\n```'), 'const a_b_c = 2 * 3 * 4')
    equal(plainText('snake_case_name and @some_body_'), 'snake_case_name and @some_body_')
    equal(plainText('مرحبا 👋🏽   日本語'), 'مرحبا 👋🏽 日本語')
  })
  it('is cut between characters', () => {
    equal(plainText('👋'.repeat(10), 4), '👋👋👋…')
    equal(plainText('  '), '')
  })
})
