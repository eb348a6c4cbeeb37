import { deepEqual } from 'node:assert/strict'
import { statusChanged, type RookeryEvent } from '@rookery/sdk/protocol'
import { createLocalBus } from '../../src/events/index.ts'
import { buildFrame, createWatches, type Subscriber } from '../../src/realtime/index.ts'
import { createSilentLog } from '../../src/telemetry/index.ts'

describe('watching people', () => {
  const changed = (userId: string): RookeryEvent => ({ name: statusChanged.name, at: 1, payload: { userId, status: 'away' }, audience: { userId } }) as RookeryEvent
  function createStage() {
    const bus = createLocalBus({ log: createSilentLog() })
    /** Who may know of whom, for guests. */
    const acquainted = new Set<string>()
    const encoded: string[] = []
    const watches = createWatches({ bus, hub: { isFor: async (listener, { visibleUserId = '' }) => acquainted.has(`${listener.userId} ${visibleUserId}`) } })
    watches.start()
    const socket = (userId: string, isGuest = false) => {
      const heard: string[] = []
      const subscriber = {
        userId, isGuest, deliver: (_frame: unknown, event: RookeryEvent) => { heard.push((event.payload as { userId: string }).userId) },
        format: { name: 'plain', encode: (event: RookeryEvent) => { encoded.push(event.name); return [{ audience: event.audience, frameFor: () => buildFrame('{}') }] } },
      } as unknown as Subscriber
      return { subscriber, heard }
    }
    return { bus, watches, acquainted, encoded, socket }
  }

  it('tells those who watch, once each, and nobody else', () => {
    const { bus, watches, encoded, socket } = createStage()
    const [ada, bob, own] = [socket('ada'), socket('bob'), socket('carol')]
    watches.set(ada.subscriber, ['carol', 'dan'])
    watches.set(bob.subscriber, ['dan'])
    // Whose status it is hears of it as its owner.
    watches.set(own.subscriber, ['carol'])
    bus.publish(changed('carol'))
    bus.publish({ ...changed('carol'), name: 'typing.started' })
    deepEqual([ada.heard, bob.heard, own.heard], [['carol'], [], []])
    bus.publish(changed('dan'))
    deepEqual([ada.heard, bob.heard], [['carol', 'dan'], ['dan']])
    deepEqual(encoded.length, 2, 'one frame for all who watch')
  })

  it('forgets those before, and sockets that go', () => {
    const { bus, watches, socket } = createStage()
    const { subscriber, heard } = socket('ada')
    watches.set(subscriber, ['bob', 'carol'])
    watches.set(subscriber, ['carol'])
    bus.publish(changed('bob'))
    bus.publish(changed('carol'))
    watches.forget(subscriber)
    bus.publish(changed('carol'))
    watches.set(subscriber, [])
    bus.publish(changed('carol'))
    deepEqual(heard, ['carol'])
    watches.set(subscriber, ['carol'])
    watches.stop()
    bus.publish(changed('carol'))
    deepEqual(heard, ['carol'])
  })

  it('tells a guest as long as it may know of somebody', async () => {
    const { bus, watches, acquainted, socket } = createStage()
    const { subscriber, heard } = socket('guest', true)
    watches.set(subscriber, ['bob'])
    acquainted.add('guest bob')
    bus.publish(changed('bob'))
    await Promise.resolve()
    deepEqual(heard, ['bob'])
    acquainted.clear()
    bus.publish(changed('bob'))
    await new Promise(setImmediate)
    deepEqual(heard, ['bob'])
  })
})
