import { watch } from 'vue'
import { useConnection, useSync } from '../data/index.ts'

/** Has a view read again what it read itself: where events were missed, and what was read without the server's stream or failed as soon as the server is there again. */
export function useRenewal(renew: () => unknown, hasFailed: () => boolean): void {
  const sync = useSync()
  const connection = useConnection()
  // What is read before the stream begins may lack what happens in between.
  let isUnheard = !connection.isConnected
  watch([() => sync.renewals, () => connection.isConnected], ([renewals, isConnected], [before]) => {
    if (renewals !== before || (isConnected && (isUnheard || hasFailed()))) void renew()
    if (isConnected) isUnheard = false
  })
}
