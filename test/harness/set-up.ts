import { installContractGuard } from './contract-guard.ts'

const guard = installContractGuard()

/** The published client library tells the console of each connection; a test run has better things to print. */
const quiet = (): void => {
  for (const level of ['log', 'warn'] as const) {
    const plain = console[level]
    console[level] = (...parts: unknown[]) => { if (!/websocket/i.test(String(parts[0]))) plain(...parts) }
  }
  const plain = console.error
  console.error = (...parts: unknown[]) => { if (!/websocket/i.test(String(parts[0]))) plain(...parts) }
}
quiet()

export const mochaHooks = {
  async afterEach(): Promise<void> {
    await guard.settle()
    const violations = guard.take()
    if (violations.length > 0) throw new Error(`The contract of API v4 was broken:\n${violations.slice(0, 20).join('\n')}`)
  },
}
