import { chmod, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { Log } from '../telemetry/index.ts'
import { nativePrefix } from './native-prefix.ts'

/** The native door once more, on a socket that only whoever owns the data folder can open: who speaks there is the local admin. */
export interface LocalSocket {
  isLocal(request: IncomingMessage): boolean
  /** In place of one that a server left behind. Where there can be none, the server does without. */
  open(file: string): Promise<void>
  /** Takes no more requests; those under way go on. */
  close(): Promise<void>
}

export function createLocalSocket({ listener, log }: { listener: Server, log: Log }): LocalSocket {
  const requests = new WeakSet<IncomingMessage>()
  const server = createServer({ headersTimeout: 20_000, requestTimeout: 600_000, keepAliveTimeout: 1000 }, (request, response) => {
    if (!request.url?.startsWith(nativePrefix)) {
      response.writeHead(404).end()
      return
    }
    requests.add(request)
    listener.emit('request', request, response)
  })
  let file = ''

  const listen = async (path: string): Promise<void> => {
    await rm(path, { force: true })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(path, () => { server.removeListener('error', reject); resolve() })
    })
    await chmod(path, 0o600)
    file = path
  }

  return {
    isLocal: (request) => requests.has(request),
    async open(path) {
      try {
        await listen(path)
      } catch (error) {
        server.close()
        log.warn('There is no socket for the command line; it can still speak with the server over HTTP, with a token', { file: path, error })
      }
    },
    async close() {
      if (file === '') return
      const closed = new Promise((resolve) => { server.close(resolve) })
      server.closeIdleConnections()
      await rm(file, { force: true })
      await closed
    },
  }
}
