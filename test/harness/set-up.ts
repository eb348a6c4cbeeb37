import { installContractGuard } from './contract-guard.ts'
import { openServers } from './open-servers.ts'

const guard = installContractGuard()

/** The published client library tells the console of each connection; a test run has better things to print. */
for (const level of ['log', 'warn', 'error'] as const) {
  const plain = console[level]
  console[level] = (...parts: unknown[]) => { if (!/websocket/i.test(String(parts[0])) && !(parts[0] instanceof Event)) plain(...parts) }
}

export const mochaHooks = {
  async afterEach(): Promise<void> {
    await Promise.all([guard.settle(), openServers.settled()])
    const violations = guard.take()
    if (violations.length > 0) throw new Error(`The contract of API v4 was broken:\n${violations.slice(0, 20).join('\n')}`)
  },
}
