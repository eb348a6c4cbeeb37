import { CallError, Refusal, type Http, type HttpAnswer } from '@rookery/sdk/plugin'
import type { Command } from '@rookery/sdk/protocol'
import type { Answer, Call } from '../call.ts'
import { openResponseAddress } from './delayed-answers.ts'
import { readResponse } from './response-form.ts'

const timeoutMs = 30_000
const maximumMentions = 20

const encode = (fields: readonly (readonly [string, string])[]): string =>
  fields.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value.toWellFormed())}`).join('&')

/** Those of the team, and public channels of it, whom the text names: the other server cannot look them up. */
async function mentioned({ text, teamId, context: { asActor } }: Call): Promise<(readonly [string, string])[]> {
  const names = [...new Set([...text.matchAll(/(?<![\p{L}\p{N}_])@([a-z0-9][a-z0-9._-]*[a-z0-9_])/giu)].map(([, name = '']) => name.toLowerCase()))].slice(0, maximumMentions)
  const channelNames = [...new Set([...text.matchAll(/(?<!\S)~([a-z0-9_-]+)/g)].map(([, name = '']) => name))].slice(0, maximumMentions)
  const users = names.length > 0 ? await asActor.users.listByUsernames({ usernames: names }) : []
  const channels = await Promise.all(channelNames.map((name) => asActor.channels.getByName({ teamId, name }).catch(() => undefined)))
  return [
    ...users.flatMap(({ id, username }) => [['user_mentions', username], ['user_mentions_ids', id]] as const),
    ...channels.flatMap((channel) => (channel?.type === 'O' ? [['channel_mentions', channel.name], ['channel_mentions_ids', channel.id]] as const : [])),
  ]
}

/** What the other server is told. */
async function fieldsOf(command: Command, call: Call, triggerId: string, responseUrl: string): Promise<(readonly [string, string])[]> {
  const { trigger, text, channelId, rootId, context: { asActor, actor } } = call
  const [team, channel, user, mentions] = await Promise.all([
    asActor.teams.get({ teamId: command.teamId }), asActor.channels.get({ channelId }), asActor.users.get({ userId: actor.userId }), mentioned(call),
  ])
  return [
    ['channel_id', channelId], ['channel_name', channel.name], ['command', `/${trigger}`], ['response_url', responseUrl], ['root_id', rootId], ['team_domain', team.name], ['team_id', team.id],
    ['text', text], ['token', command.token], ['trigger_id', triggerId], ['user_id', user.id], ['user_name', user.username], ...mentions,
  ]
}

const ask = ({ url, method, token }: Command, form: string, { fetch }: Http): Promise<HttpAnswer> => {
  const headers = { accept: 'application/json', authorization: `Token ${token}` }
  if (method === 'GET') return fetch(`${url}${url.includes('?') ? '&' : '?'}${form}`, { headers, timeoutMs })
  return fetch(url, { method: 'POST', headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' }, body: form, timeoutMs })
}

/** Asks the server of a custom command what it has to say. */
export async function deliver(command: Command, call: Call, triggerId: string): Promise<Answer[]> {
  const fail = (reason: string): Refusal => new Refusal('command_failed', { trigger: command.trigger, reason })
  const outside = call.context.optional('http')
  if (!outside) throw fail('this server sends nothing to others')
  const address = await openResponseAddress(command, call)
  try {
    const { status, headers, body } = await ask(command, encode(await fieldsOf(command, call, triggerId, address.url)), outside.http)
    if (status !== 200) throw fail(`its server answered with ${status}`)
    const answers = readResponse(headers['content-type'] ?? '', body)
    if (!answers) throw fail('its server did not answer in JSON')
    // A name and a picture of its own go before those of the answer.
    return answers.map((answer) => ({ ...answer, isOfIntegration: true, username: command.username || answer.username, iconUrl: command.iconUrl || answer.iconUrl }))
  } catch (error) {
    if (!(error instanceof CallError)) throw error
    // Whoever was asked may still answer later; who was not will not.
    if (error.code !== 'request_failed') await address.close()
    throw fail(error.message.replace(/\.$/, ''))
  }
}
