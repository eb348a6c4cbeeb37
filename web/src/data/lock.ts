/**
 * Does the work while no other page of this browser does anything of that name. Pages without TLS have no locks: there
 * each page works for itself, which is why what is done under one must do no harm when it is done twice.
 */
export async function withLock<Value>(name: string, signal: AbortSignal, work: () => Promise<Value>): Promise<Value> {
  const locks = navigator.locks as LockManager | undefined
  if (locks) return await locks.request(name, { signal }, work)
  signal.throwIfAborted()
  return await work()
}
