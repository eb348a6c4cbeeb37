import { createContract } from '../../compat/contract/schemas.ts'
import { createRecorder } from '../../compat/contract/recorder.ts'

/**
 * Checks every answer of API v4 and every message of its websocket that a test receives, whoever asked: the published
 * client, fetch or a bare socket. What does not fit the contract fails the test in which it came.
 */
export interface ContractGuard {
  /** Violations since the last call. */
  take(): string[]
  /** Waits until the answers seen so far have been checked. */
  settle(): Promise<void>
}

/** Says that an answer is the form for what nobody offers here. */
const emptyFormHeader = 'x-rookery-empty-form'

export function installContractGuard(): ContractGuard {
  const contract = createContract()
  const recorder = createRecorder()
  let violations: string[] = []
  const checks = new Set<Promise<void>>()
  const plainFetch = globalThis.fetch

  const check = async (method: string, path: string, response: Response): Promise<void> => {
    const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false
    const text = isJson ? await response.text() : ''
    const body: unknown = isJson && text !== '' ? JSON.parse(text) : undefined
    const found = contract.checkAnswer({ method, path, status: response.status, headers: response.headers, body })
    recorder.note({ method, path, status: response.status, violations: found, emptyForm: response.headers.has(emptyFormHeader) })
    violations.push(...found.map((violation) => `${method} ${path} ${response.status}: ${violation}`))
  }

  globalThis.fetch = async (input, init) => {
    const response = await plainFetch(input, init)
    const { pathname } = new URL(response.url || String(input instanceof Request ? input.url : input))
    if (pathname.startsWith('/api/v4/')) {
      const method = (init?.method ?? (input instanceof Request ? input.method : 'GET')).toUpperCase()
      const copy = response.clone()
      const running: Promise<void> = check(method, pathname, copy).catch((error: unknown) => { violations.push(`${method} ${pathname}: ${String(error)}`) }).finally(() => { checks.delete(running) })
      checks.add(running)
    }
    return response
  }

  const PlainWebSocket = globalThis.WebSocket
  globalThis.WebSocket = class extends PlainWebSocket {
    constructor(...parameters: ConstructorParameters<typeof PlainWebSocket>) {
      super(...parameters)
      if (!String(parameters[0]).includes('/api/v4/websocket')) return
      this.addEventListener('open', () => { recorder.note({ method: 'GET', path: '/api/v4/websocket', status: 101, violations: [] }) })
      this.addEventListener('message', ({ data }) => {
        if (typeof data !== 'string') return
        const message = JSON.parse(data) as { event?: string }
        violations.push(...contract.checkEvent(message).map((violation) => `websocket ${message.event ?? 'reply'}: ${violation}`))
      })
    }
  }

  return {
    take() {
      const found = [...new Set(violations)]
      violations = []
      return found
    },
    async settle() { await Promise.all(checks) },
  }
}
