import { once } from 'node:events'
import { connect } from 'node:net'

export interface HttpAnswer { readonly status: number, readonly body: Buffer }

/** A connection that sends prepared requests one after the other: as little work as a client can do. */
export interface HttpConnection {
  send(request: string): Promise<HttpAnswer>
  close(): void
}

const headEnd = Buffer.from('\r\n\r\n')

export async function openHttpConnection(port: number): Promise<HttpConnection> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  let chunks: Buffer[] = []
  let size = 0
  let head = ''
  let needed = Number.POSITIVE_INFINITY
  let bodyAt = 0
  let waiting: { resolve: (answer: HttpAnswer) => void, reject: (error: Error) => void } | undefined
  const fail = (): void => { waiting?.reject(new Error('the connection was closed')) }
  socket.on('close', fail)
  socket.on('error', fail)
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    size += chunk.length
    if (head === '') {
      const bytes = chunks.length === 1 ? chunk : Buffer.concat(chunks)
      chunks = [bytes]
      const end = bytes.indexOf(headEnd)
      if (end < 0) return
      head = bytes.toString('latin1', 0, end)
      bodyAt = end + 4
      needed = bodyAt + Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? 0)
    }
    if (size < needed) return
    const bytes = chunks.length === 1 ? chunks[0] as Buffer : Buffer.concat(chunks)
    const answer = { status: Number(head.slice(9, 12)), body: bytes.subarray(bodyAt, needed) }
    chunks = []
    size = 0
    head = ''
    waiting?.resolve(answer)
  })
  await once(socket, 'connect')
  return {
    send: (request) => new Promise((resolve, reject) => {
      waiting = { resolve, reject }
      socket.write(request)
    }),
    close() {
      waiting = undefined
      socket.destroy()
    },
  }
}

/** The text of a request. */
export function requestText({ method = 'GET', path, token, body }: { method?: string, path: string, token?: string, body?: string }): string {
  const lines = [`${method} ${path} HTTP/1.1`, 'Host: localhost', 'Accept: application/json']
  if (token) lines.push(`Authorization: Bearer ${token}`)
  if (body !== undefined) lines.push('Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`)
  return `${lines.join('\r\n')}\r\n\r\n${body ?? ''}`
}
