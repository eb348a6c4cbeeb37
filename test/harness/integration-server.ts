import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** What came to another server. */
export interface Asked {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

interface Answered { readonly status?: number, readonly type?: string, readonly body: unknown }

/** Another server, as commands, buttons and dialogs ask it. A world reaches it with `integrationSettings`. */
export interface IntegrationServer {
  readonly url: string
  readonly asked: Asked[]
  /** What it answers from now on. */
  answer: (asked: Asked) => Answered | Promise<Answered>
  close(): Promise<void>
}

/** Lets a server under test reach this machine. */
export const integrationSettings = { egress: { allowedPrivateAddresses: ['127.0.0.1'] } } as const

export async function createIntegrationServer(): Promise<IntegrationServer> {
  const asked: Asked[] = []
  const integration = { asked, answer: () => ({ body: {} }) } as unknown as { -readonly [Key in keyof IntegrationServer]: IntegrationServer[Key] }
  const server: Server = createServer((request, response) => {
    void text(request).then(async (body) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://integration')
      const one: Asked = { method: request.method ?? '', path: pathname, query: searchParams, headers: request.headers, body }
      asked.push(one)
      const { status = 200, type = 'application/json', body: told } = await integration.answer(one)
      response.writeHead(status, { 'content-type': type }).end(type === 'application/json' && typeof told !== 'string' ? JSON.stringify(told) : String(told))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  integration.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  integration.close = async () => {
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  }
  return integration
}
