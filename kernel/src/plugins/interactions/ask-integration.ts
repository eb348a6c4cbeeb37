import { pluginsCallRoute, RookeryError } from '@rookery/sdk/protocol'
import type { Egress } from '../../egress/index.ts'
import type { Context, Operations } from '../../operations/index.ts'

/** Asks whoever a button or dialog belongs to: a plugin at its own address, or another server. */
export type AskIntegration = (context: Context, url: string, body: object) => Promise<Record<string, unknown>>

interface Parts {
  readonly egress: Egress
  readonly siteUrl: () => string
  readonly operations: () => Pick<Operations, 'dispatch'>
}

const timeoutMs = 30_000
const maximumAnswerBytes = 1024 * 1024
const json = { 'content-type': 'application/json', accept: 'application/json' }

export function createAskIntegration({ egress, siteUrl, operations }: Parts): AskIntegration {
  const refuse = (reason: string, cause?: unknown): RookeryError => new RookeryError('integration_failed', { reason }, { cause })

  /** Addresses of plugins are ours: they are asked without a detour, as whoever pressed the button. */
  const pluginPath = (url: string): { pluginId: string, path: string, query: Record<string, string> } | undefined => {
    const local = url.startsWith(`${siteUrl()}/`) ? url.slice(siteUrl().length) : url.startsWith('plugins/') ? `/${url}` : url
    const [, pluginId, path = '/', search = ''] = /^\/plugins\/([a-z0-9.-]+)(\/[^?#]*)?(?:\?([^#]*))?/.exec(local) ?? []
    return pluginId === undefined ? undefined : { pluginId, path, query: Object.fromEntries(new URLSearchParams(search)) }
  }

  const ask = async (context: Context, url: string, body: string): Promise<{ status: number, text: string }> => {
    const own = pluginPath(url)
    if (own) {
      const answer = await operations().dispatch(pluginsCallRoute, context, { ...own, method: 'POST', headers: json, body, bodyEncoding: 'utf8' })
      return { status: answer.status, text: Buffer.from(answer.body, answer.bodyEncoding).toString('utf8') }
    }
    if (!/^https?:\/\//i.test(url)) throw refuse('its address is none')
    const answer = await egress.fetch({ url, method: 'POST', headers: json, body: Buffer.from(body) }, { hosts: ['*'], timeoutMs, maximumBytes: maximumAnswerBytes })
    return { status: answer.status, text: answer.body.toString('utf8') }
  }

  return async (context, url, body) => {
    const { status, text } = await ask(context, url, JSON.stringify(body)).catch((error: unknown) => {
      throw error instanceof RookeryError && error.code !== 'integration_failed' ? refuse(error.message, error) : error
    })
    if (status !== 200) throw refuse(`it answered with ${status}`)
    if (text.trim() === '') return {}
    try {
      const answer: unknown = JSON.parse(text)
      return typeof answer === 'object' && answer !== null && !Array.isArray(answer) ? answer as Record<string, unknown> : {}
    } catch (error) {
      throw refuse('its answer is no JSON', error)
    }
  }
}
