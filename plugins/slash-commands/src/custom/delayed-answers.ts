import { CallError, type RouteAnswer, type RouteRequest } from '@rookery/sdk/plugin'
import type { Command } from '@rookery/sdk/protocol'
import { showIn } from '../answer.ts'
import type { Call, Context } from '../call.ts'
import { readResponse } from './response-form.ts'

/** Where an answer that comes later belongs. Who has the address needs nothing else. */
interface Waiting {
  readonly mandate: string
  readonly userId: string
  readonly channelId: string
  readonly rootId: string
  readonly username: string
  readonly iconUrl: string
}

const lifeMs = 1_800_000
const maximumAnswers = 5

const placeOf = (token: string): string => `response/${token}`

/** An address at which the other server may answer later: five times within half an hour. */
export interface ResponseAddress {
  readonly url: string
  /** Nothing is heard there any more. */
  close(): Promise<unknown>
}

export async function openResponseAddress({ username, iconUrl }: Command, { channelId, rootId, context }: Call): Promise<ResponseAddress> {
  const [token, { mandate }] = await Promise.all([context.random.token(), context.mandates.issue({ durationMs: lifeMs })])
  const waiting: Waiting = { mandate, userId: context.actor.userId, channelId, rootId, username, iconUrl }
  await context.kv.set(placeOf(token), { ...waiting }, { ttlMs: lifeMs })
  return { url: `${context.siteUrl}/plugins/slash-commands/responses/${token}`, close: () => context.kv.delete(placeOf(token)) }
}

const refuse = (status: number, text: string): RouteAnswer => ({ status, json: { message: text } })

/** Takes in an answer that comes later. */
export async function takeAnswer({ parameters: { token }, headers, body }: RouteRequest<'/responses/:token'>, context: Context): Promise<RouteAnswer> {
  const waiting = /^[a-z0-9]{26}$/.test(token) ? (await context.kv.get<Waiting>(placeOf(token)))?.value : undefined
  if (!waiting) return refuse(404, 'Nobody waits for an answer here, or not any more.')
  const answers = readResponse(headers['content-type'] ?? 'application/json', body)
  if (!answers) return refuse(400, 'This is no JSON.')
  if (await context.kv.increment(`response-count/${token}`, { ttlMs: lifeMs }) > maximumAnswers) return refuse(400, `No more than ${maximumAnswers} answers are taken.`)
  const place = { ...waiting, powers: context.withMandate(waiting.mandate) }
  try {
    for (const answer of answers) {
      await showIn(place, { ...answer, isOfIntegration: true, username: waiting.username || answer.username, iconUrl: waiting.iconUrl || answer.iconUrl })
    }
    return { json: { status: 'ok' } }
  } catch (error) {
    if (error instanceof CallError) return refuse(400, error.message)
    throw error
  }
}
