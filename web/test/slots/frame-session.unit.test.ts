import { deepEqual, equal } from 'node:assert/strict'
import { frameLimits, type ToFrame } from '@rookery/sdk/web'
import { createFrameSession, readFromFrame, type FrameHost } from '../../src/slots/frame-session.ts'

function createCase(changes: Partial<FrameHost> = {}) {
  const told: unknown[] = []
  const sent: ToFrame[] = []
  const port = { onmessage: null as ((event: MessageEvent) => unknown) | null, postMessage: (message: ToFrame) => { sent.push(message) }, close: () => { told.push('closed') } }
  let at = 0
  const note = (name: string) => (value?: unknown): void => { told.push(value === undefined ? name : [name, value]) }
  const session = createFrameSession({
    port: port as unknown as MessagePort, now: () => at,
    host: {
      request: async ({ path }) => `answer of ${path}`, ask: async () => 'asked', refusalOf: (error) => ({ code: 'unavailable', message: String(error) }),
      onReady: note('ready'), onSize: note('size'), onOpen: note('open'), onLeave: note('leave'), onFailed: note('failed'), onFlood: note('flood'), onSilence: note('silence'), ...changes,
    },
  })
  return { told, sent, session, say: (data: unknown) => port.onmessage?.({ data } as MessageEvent), wait: (ms: number) => { at += ms } }
}
const settle = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve) })

describe('a frame of a plugin, from the page', () => {
  it('is answered, and heard where it makes sense', async () => {
    const { say, sent, told } = createCase()
    for (const message of [{ kind: 'ready' }, { kind: 'size', height: 40 }, { kind: 'open', part: 'board' }, { kind: 'request', id: 1, method: 'GET', path: '/x' }, { kind: 'ask', id: 2, action: 'pin' }]) say(message)
    await settle()
    deepEqual(told, ['ready', ['size', 40], ['open', 'board']])
    deepEqual(sent, [{ kind: 'answer', id: 1, value: 'answer of /x' }, { kind: 'answer', id: 2, value: 'asked' }])
  })

  it('is not believed', () => {
    const cyclic: Record<string, unknown> = {}
    cyclic['self'] = cyclic
    const nonsense: unknown[] = [
      null, 1, 'ready', [], {}, { kind: 'begin' }, { kind: 'size', height: Number.NaN }, { kind: 'size', height: '40' }, { kind: 'open', part: 'x'.repeat(65) }, { kind: 'failed', message: {} },
      { kind: 'request', id: 1, method: 'GET', path: 7 }, { kind: 'request', id: 1.5, method: 'GET', path: '/' }, { kind: 'request', id: 1, method: 'GET', path: '/', query: { a: {} } },
      { kind: 'request', id: 1, method: 'GET', path: '/', body: 'x'.repeat(frameLimits.callCharacters + 1) }, { kind: 'ask', id: 1, action: 'pin', data: cyclic }, { kind: 'ask', id: 1, action: 'pin', data: [1n] },
    ]
    for (const message of nonsense) equal(readFromFrame(message), undefined)
  })

  it('has so many calls under way, and hears why one failed', async () => {
    const answers: (() => void)[] = []
    const { say, sent } = createCase({ request: () => new Promise((_resolve, reject) => { answers.push(() => { reject(new Error('no')) }) }) })
    for (let id = 0; id <= frameLimits.callsUnderWay; id += 1) say({ kind: 'request', id, method: 'GET', path: '/' })
    await settle()
    deepEqual(sent.map((message) => (message.kind === 'refusal' ? message.code : message.kind)), ['web_calls_full'])
    answers[0]?.()
    await settle()
    deepEqual(sent[1], { kind: 'refusal', id: 0, code: 'unavailable', message: 'Error: no' })
  })

  it('that floods is closed once, and never heard again; one that speaks in measure is not', () => {
    const { say, told, wait, session } = createCase()
    for (let count = 0; count < 1000; count += 1) {
      say({ kind: 'pong' })
      wait(1000 / frameLimits.messagesPerSecond)
    }
    deepEqual(told, [])
    for (let count = 0; count < 10_000; count += 1) say({ kind: 'size', height: 1 })
    session.count()
    deepEqual(told.filter((each) => each === 'closed' || each === 'flood'), ['closed', 'flood'])
    equal(told.length, frameLimits.messagesAtOnce + 2)
  })

  it('that gives no sign of life is told of, until it gives one', () => {
    const { say, told, wait, session, sent } = createCase()
    say({ kind: 'ready' })
    wait(1)
    session.watch()
    equal(sent.at(-1)?.kind, 'ping')
    wait(frameLimits.silentMs)
    session.watch()
    deepEqual(told, ['ready'])
    wait(1)
    session.watch()
    session.watch()
    deepEqual(told, ['ready', ['silence', true]])
    say({ kind: 'pong' })
    deepEqual(told.at(-1), ['silence', false])
    // A page that slept for an hour has not asked meanwhile.
    wait(3_600_000)
    session.watch()
    deepEqual(told.length, 3)
  })
})
