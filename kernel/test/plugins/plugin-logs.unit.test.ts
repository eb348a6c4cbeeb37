import { deepEqual, ok } from 'node:assert/strict'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { systemClock } from '../../src/clock.ts'
import { createPluginLogs } from '../../src/plugins/plugin-logs.ts'

describe('The log of a plugin', () => {
  it('keeps the last lines of it, and of each no more than can be read', () => {
    const logs = createPluginLogs({ clock: systemClock })
    for (let number = 1; number <= 250; number += 1) logs.write('loom', 'info', `line ${number}`, { number })
    logs.write('other', 'warn', 'x'.repeat(5000))
    deepEqual(logs.read('loom', 248).map(({ message, fields }) => [message, fields]), [['line 249', '{"number":249}'], ['line 250', '{"number":250}']])
    deepEqual([logs.read('loom', 0).length, logs.read('loom', 250).length, logs.read('other', 0)[0]?.message.length, logs.read('none', 0)], [200, 0, 4000, []])
    logs.forget('loom')
    deepEqual(logs.read('loom', 0), [])
  })

  it('is told from its beginning to who knows lines of before the server started', () => {
    const logs = createPluginLogs({ clock: systemClock })
    for (const message of ['warp', 'weft']) logs.write('loom', 'info', message)
    deepEqual([1, 2, 3, 200].map((after) => logs.read('loom', after).map(({ message }) => message)), [['weft'], [], ['warp', 'weft'], ['warp', 'weft']])
  })

  it('does not keep what was cut off', () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const logs = createPluginLogs({ clock: systemClock })
    collect()
    const before = process.memoryUsage().heapUsed
    for (let number = 1; number <= 200; number += 1) logs.write('loom', 'info', 'long', { text: 'x'.repeat(500_000 + number) })
    collect()
    const grown = (process.memoryUsage().heapUsed - before) / 2 ** 20
    ok(grown < 20, `${grown} MiB`)
    ok(logs.read('loom', 0).every(({ fields }) => fields.length === 2000))
  })
})
