import { deepEqual } from 'node:assert/strict'
import { createReader } from '../../src/data/reader.ts'

/** A reader whose steps are noted; what stands in `refused` fails so often. */
function createSteps() {
  const steps: string[] = []
  const refused: Record<string, number> = {}
  let isConnected = true
  const step = (name: string) => async (): Promise<void> => {
    steps.push(name)
    await Promise.resolve()
    if ((refused[name] ?? 0) === 0) return
    refused[name] = (refused[name] ?? 0) - 1
    throw new Error(name)
  }
  const { promise: quiet, resolve } = Promise.withResolvers<void>()
  const reader = createReader({
    read: step('read'), complete: step('complete'), catchUp: step('catchUp'), isConnected: () => isConnected,
    hold: () => { steps.push('hold'); return () => { steps.push('go on') } },
    onFailure: () => { steps.push('failed') },
    backOff: { next: () => 1, reset: () => { steps.push('done'); resolve() } },
  })
  return { reader, steps, refused, quiet, connect(now: boolean) { isConnected = now; if (now) reader.noteConnection() } }
}
const whole = (last: string): string[] => ['hold', 'read', last, 'go on', 'done']

describe('reading what holds now', () => {
  it('completes what was there when the stream begins, and reads nothing twice without a reason', async () => {
    const { reader, steps, connect } = createSteps()
    connect(true)
    await reader.run()
    connect(true)
    deepEqual(steps, whole('complete'))
  })

  it('fills a gap after failures, by itself while the stream is there', async () => {
    const { reader, steps, refused, quiet } = createSteps()
    refused['read'] = refused['catchUp'] = 1
    reader.noteGap()
    await quiet
    deepEqual(steps, ['hold', 'read', 'go on', 'failed', 'hold', 'read', 'catchUp', 'go on', 'failed', ...whole('catchUp')])
  })

  it('does not forget a gap when the stream is whole the next time', async () => {
    const { reader, steps, refused, connect } = createSteps()
    await reader.run()
    steps.length = 0
    refused['catchUp'] = 1
    reader.noteGap()
    connect(false)
    await reader.run()
    deepEqual(steps.splice(0), ['hold', 'read', 'catchUp', 'go on', 'failed'])
    connect(true)
    await reader.run()
    connect(true)
    deepEqual(steps, whole('catchUp'))
  })

  it('reads again for a gap that came while it read', async () => {
    const { reader, steps } = createSteps()
    const first = reader.run()
    reader.noteGap()
    await first
    await reader.run()
    deepEqual(steps, [...whole('complete'), ...whole('catchUp')])
  })

  it('reads for whoever asks without the stream, and all of it when the stream begins', async () => {
    const { reader, steps, connect } = createSteps()
    connect(false)
    await reader.run()
    deepEqual(steps.splice(0), ['hold', 'read', 'go on', 'done'])
    connect(true)
    await reader.run()
    deepEqual(steps, whole('complete'))
  })

  it('tells nothing and tries nothing after it was stopped', async () => {
    const { reader, steps, refused } = createSteps()
    refused['read'] = 1
    const running = reader.run()
    reader.stop()
    await running
    deepEqual(steps, ['hold', 'read', 'go on'])
  })
})
