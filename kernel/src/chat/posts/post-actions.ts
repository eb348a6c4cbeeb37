import { RookeryError } from '@rookery/sdk/protocol'
import type { Ids } from '../../ids.ts'
import type { TextSeal } from '../../plugin-storage/index.ts'

/** What a button or menu does; only its maker knows, so it is sealed before anybody else sees the post. */
export interface SealedAction {
  readonly postId: string
  readonly channelId: string
  readonly rootId: string
  readonly actionId: string
  readonly type: string
  readonly dataSource: string
  readonly integration: { readonly url: string, readonly context: Readonly<Record<string, unknown>> }
}

type Fields = Readonly<Record<string, unknown>>

const maximumActions = 500
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** The actions of all attachments of a post. */
const actionsOf = ({ attachments }: Fields): Fields[] => (Array.isArray(attachments) ? attachments : [])
  .flatMap((attachment: unknown) => (isFields(attachment) && Array.isArray(attachment['actions']) ? attachment['actions'] : []))
  .filter(isFields)

/** What a stored post says of one of its actions. */
export const findCookie = (props: Fields, actionId: string): string | undefined => {
  const action = actionsOf(props).find(({ id }) => id === actionId)
  return action && textOf(action['cookie'])
}

/** Seals what the actions of a post do; the same props where there are none that say it openly. */
export async function sealActions(
  props: Record<string, unknown>, place: Pick<SealedAction, 'postId' | 'channelId' | 'rootId'>, { actionSeal, ids }: { actionSeal: TextSeal, ids: Ids },
): Promise<Record<string, unknown>> {
  const open = actionsOf(props).filter(({ integration }) => integration !== undefined)
  if (open.length === 0) return props
  if (open.length > maximumActions) throw new RookeryError('invalid_input', { field: 'props.attachments', reason: `it has more than ${maximumActions} actions` })
  const seal = async (action: Fields): Promise<Fields> => {
    const { integration, cookie: _given, ...shown } = action
    const actionId = textOf(action['id']) || ids.next()
    const { url, context } = isFields(integration) ? integration : {}
    if (typeof url !== 'string' || url === '') return { ...shown, id: actionId }
    const sealed: SealedAction = { ...place, actionId, type: textOf(action['type']), dataSource: textOf(action['data_source']), integration: { url, context: isFields(context) ? context : {} } }
    return { ...shown, id: actionId, cookie: await actionSeal.seal(JSON.stringify(sealed)) }
  }
  const attachments = await Promise.all((props['attachments'] as unknown[]).map(async (attachment) => {
    if (!isFields(attachment) || !Array.isArray(attachment['actions'])) return attachment
    return { ...attachment, actions: await Promise.all(attachment['actions'].map((action: unknown) => (isFields(action) && action['integration'] !== undefined ? seal(action) : action))) }
  }))
  return { ...props, attachments }
}

/** Opens a cookie; throws `action_stale` where it is none of ours. */
export async function openAction(cookie: string, actionSeal: TextSeal): Promise<SealedAction> {
  const text = await actionSeal.open(cookie).catch(() => { throw new RookeryError('action_stale') })
  return JSON.parse(text) as SealedAction
}
