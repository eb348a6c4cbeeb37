import { inject, type InjectionKey } from 'vue'
import type { Client } from '@rookery/sdk/client'
import type { Live } from './live.ts'

/** What stores speak to: given once by the app, and by tests. */
export interface Server { readonly client: Client, readonly live: Live }

export const serverKey: InjectionKey<Server> = Symbol('server')

/** For the set-up of stores. Views run nothing themselves: they ask a store. */
export function useServer(): Server {
  const server = inject(serverKey)
  if (!server) throw new Error('A store was used before the app gave a server (app.provide(serverKey, …))')
  return server
}
