import {
  commandsCreate, commandsDelete, commandsExecute, commandsGet, commandsList, commandsListSuggested, commandsMove, commandsRegenerateToken, commandsSuggest, commandsUpdate, RookeryError,
} from '@rookery/sdk/protocol'
import { orNothing, orSayOff } from '../feature-off.ts'
import { created, get, objectBody, ownedBody, pick, post, put, remove, statusOk, textField, type Call, type Route } from '../route.ts'
import { commandOutcomeShape, commandShape, suggestionShape } from '../shapes/command.ts'

const off = 'api.command.disabled.app_error'

const formNames = {
  trigger: 'trigger', url: 'url', username: 'username', icon_url: 'iconUrl', display_name: 'displayName', description: 'description',
  auto_complete: 'isSuggested', auto_complete_hint: 'suggestionHint', auto_complete_desc: 'suggestionDescription',
}

/** Methods are letters in API v4; left out, it is POST. */
function readForm(fields: Record<string, unknown>): Record<string, unknown> {
  const { method = 'P' } = fields
  if (method !== 'P' && method !== 'G' && method !== '') throw new RookeryError('invalid_input', { field: 'method', reason: 'it must be P or G' })
  return { ...pick(fields, formNames), method: method === 'G' ? 'GET' : 'POST' }
}

const commandId = ({ params }: Call): string => params['command_id'] as string

export const commandRoutes: readonly Route[] = [
  post('/commands/execute', async ({ run, body }) => {
    const fields = objectBody(body)
    const command = textField(fields['command'])
    if (command.length < 2 || !command.startsWith('/')) throw new RookeryError('command_malformed')
    return commandOutcomeShape(await orSayOff(off, run(commandsExecute, { command, ...pick(fields, { channel_id: 'channelId', team_id: 'teamId', root_id: 'rootId' }) } as never)))
  }),
  get('/commands', async ({ run, query }) => {
    const teamId = query.text('team_id') ?? ''
    return (await orNothing([], run(commandsList, { teamId, customOnly: query.flag('custom_only') }))).map(commandShape)
  }),
  get('/teams/{team_id}/commands/autocomplete', async ({ run, params }) =>
    (await orNothing([], run(commandsListSuggested, { teamId: params['team_id'] as string }))).map(commandShape)),
  get('/teams/{team_id}/commands/autocomplete_suggestions', async ({ run, params, query }) => {
    const text = query.text('user_input')
    if (text === undefined) throw new RookeryError('invalid_input', { field: 'user_input', reason: 'it is missing' })
    const [channelId, rootId] = [query.text('channel_id'), query.text('root_id')]
    return (await orNothing([], run(commandsSuggest, {
      teamId: params['team_id'] as string, text, ...(channelId && { channelId }), ...(rootId && { rootId }),
    }))).map(suggestionShape)
  }),
  post('/commands', async ({ run, body }) => {
    const fields = objectBody(body)
    return created(commandShape(await orSayOff(off, run(commandsCreate, { ...readForm(fields), ...pick(fields, { team_id: 'teamId', creator_id: 'creatorId' }) } as never))))
  }),
  get('/commands/{command_id}', async (call) => commandShape(await orSayOff(off, call.run(commandsGet, { commandId: commandId(call) })))),
  put('/commands/{command_id}', async (call) => {
    const fields = ownedBody(call.body, { id: commandId(call) })
    return commandShape(await orSayOff(off, call.run(commandsUpdate, { commandId: commandId(call), ...readForm(fields), ...pick(fields, { team_id: 'teamId' }) } as never)))
  }),
  remove('/commands/{command_id}', async (call) => {
    await orSayOff(off, call.run(commandsDelete, { commandId: commandId(call) }))
    return statusOk
  }),
  put('/commands/{command_id}/move', async (call) => {
    await orSayOff(off, call.run(commandsMove, { commandId: commandId(call), ...pick(objectBody(call.body), { team_id: 'teamId' }) } as never))
    return statusOk
  }),
  put('/commands/{command_id}/regen_token', (call) => orSayOff(off, call.run(commandsRegenerateToken, { commandId: commandId(call) }))),
]
