import { createPinia, type Pinia } from 'pinia'
import { createApp } from 'vue'
import type { Client } from '@rookery/sdk/client'
import type { EventDefinition, PayloadOf } from '@rookery/sdk/protocol'
import { serverKey } from '../../src/data/client.ts'
import { createLive } from '../../src/data/live.ts'

/** What a server would answer, by the name of the operation; an error is thrown. */
export type Answers = Record<string, (input: never) => unknown>

/** Stores without a browser and without a server: the test answers for it, and tells what happens. */
export interface StoreWorld {
  readonly answers: Answers
  /** Names of the operations that were run. */
  readonly asked: string[]
  isConnected: boolean
  /** What was called to open and to close the stream. */
  readonly calls: string[]
  use<Store>(store: (pinia: Pinia) => Store): Store
  tell<E extends EventDefinition>(definition: E, payload: Partial<PayloadOf<E>>): void
  connect(isConnected: boolean): void
  gap(): void
}

export function createStoreWorld(answers: Answers): StoreWorld {
  const handlers = new Map<string, ((payload: unknown) => void)[]>()
  const [gapHandlers, connectionHandlers]: [(() => void)[], ((isConnected: boolean) => void)[]] = [[], []]
  const asked: string[] = []
  const calls: string[] = []
  const client = {
    events: {
      on(definition: EventDefinition, handler: (payload: unknown) => void) { handlers.set(definition.name, [...handlers.get(definition.name) ?? [], handler]) },
      onGap(handler: () => void) { gapHandlers.push(handler) },
      onConnection(handler: (isConnected: boolean) => void) { connectionHandlers.push(handler) },
      onSignedOut() {},
    },
    get isConnected() { return world.isConnected },
    async run({ name }: { name: string }, input: never) {
      asked.push(name)
      const answer = answers[name]
      if (!answer) throw new Error(`The test does not answer ${name}`)
      return answer(input)
    },
    async connect() { calls.push('connect') },
    disconnect() { calls.push('disconnect') },
  } as unknown as Client
  const app = createApp({ render: () => null })
  const pinia = createPinia()
  app.provide(serverKey, { client, live: createLive(client) })
  app.use(pinia)
  const world: StoreWorld = {
    answers, asked, calls, isConnected: true,
    use: (store) => store(pinia),
    tell(definition, payload) { for (const handler of handlers.get(definition.name) ?? []) handler(payload) },
    connect(isConnected) {
      world.isConnected = isConnected
      for (const handler of connectionHandlers) handler(isConnected)
    },
    gap() { for (const handler of gapHandlers) handler() },
  }
  return world
}
