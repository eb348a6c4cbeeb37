import { once } from 'node:events'
import type { EventFrame } from '@rookery/sdk/protocol'
import { WebSocket } from 'ws'

export interface Answer { readonly type: string, readonly id?: number, readonly statusCode?: number, readonly payload?: unknown, readonly socket?: string, readonly message?: EventFrame }

/** The native websocket with the nes protocol by hand, for what our client never does. */
export async function openNesSocket(url: string, { headers = {}, path = '/api/v1/socket' }: { headers?: Record<string, string>, path?: string } = {}) {
  const webSocket = new WebSocket(`${url.replace(/^http/, 'ws')}${path}`, { headers })
  const answers: Answer[] = []
  const checks = new Set<() => void>()
  webSocket.on('message', (data) => {
    answers.push(JSON.parse(String(data)) as Answer)
    for (const check of checks) check()
  })
  webSocket.on('error', () => {})
  const closed = new Promise<number>((resolve) => { webSocket.once('close', resolve) })
  await Promise.race([once(webSocket, 'open'), closed])
  let lastId = 0
  const answer = (matches: (answer: Answer) => boolean): Promise<Answer> => new Promise((resolve) => {
    const check = (): void => {
      const found = answers.find(matches)
      if (!found) return
      checks.delete(check)
      resolve(found)
    }
    checks.add(check)
    check()
  })
  const ask = (question: object): Promise<Answer> => {
    const id = lastId += 1
    webSocket.send(JSON.stringify({ id, ...question }))
    return answer((each) => each.id === id)
  }
  const hello = (token: string): Promise<Answer> => ask({ type: 'hello', version: '2', auth: { headers: { authorization: `Bearer ${token}` } } })
  const run = (name: string, payload: unknown): Promise<Answer> => ask({ type: 'request', method: 'POST', path: `/api/v1/${name}`, payload })
  const event = async (name: string): Promise<EventFrame> => (await answer((each) => each.message?.event === name)).message as EventFrame
  return { webSocket, answers, answer, ask, hello, run, event, closed, close: () => { webSocket.close() } }
}
