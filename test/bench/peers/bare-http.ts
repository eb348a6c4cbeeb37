import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { server as createHapi } from '@hapi/hapi'
import pg from 'pg'
import { serveWorker } from '../worker.ts'

const historyText = `select id, create_at, update_at, edit_at, delete_at, is_pinned, user_id, channel_id, root_id, message, type, props, hashtags,
  file_ids, pending_post_id, has_reactions from posts where channel_id = $1 and delete_at = 0 order by create_at desc limit 60`

const api = {
  /** hapi with one route and nothing else. */
  async hapi() {
    const hapi = createHapi({ port: 0, host: '127.0.0.1' })
    hapi.route({ method: 'GET', path: '/ping', handler: () => ({ status: 'OK' }) })
    await hapi.start()
    return Number(hapi.info.port)
  },
  /** node:http: /ping, and /history of a channel by a named statement of `pg` and JSON.stringify. */
  async node({ connection, channelId }: { connection: pg.PoolConfig, channelId: string }) {
    const pool = new pg.Pool({ ...connection, max: 16 })
    const history = async (): Promise<string> => {
      const { rows } = await pool.query<{ id: string }>({ name: 'history', text: historyText, values: [channelId] })
      return JSON.stringify({ order: rows.map((row) => row.id), posts: Object.fromEntries(rows.map((row) => [row.id, row])) })
    }
    const server = createServer((request, response) => {
      const answer = (text: string): void => { response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }).end(text) }
      if (request.url === '/ping') answer('{"status":"OK"}')
      else history().then(answer, () => { response.writeHead(500).end() })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  },
}
export type BareHttpApi = typeof api
serveWorker(api)
