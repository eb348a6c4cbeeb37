import type { Answer } from '../call.ts'

type Fields = Readonly<Record<string, unknown>>

const maximumExtra = 5
const maximumTextLength = 65_535

const textOf = (value: unknown, maximum = maximumTextLength): string => (typeof value === 'string' ? value.slice(0, maximum) : '')
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Slack's way to write links and to call everybody, as other servers may write it, as Markdown. */
export const plainText = (text: string): string => text
  .replaceAll(/<((?:https?|mailto|ftp):[^|<>\s]+)\|([^|<>]+)>/g, '[$2]($1)')
  .replaceAll(/<((?:https?|mailto|ftp):[^|<>\s]+)>/g, '$1')
  .replaceAll(/<!(channel|here|all|everyone)(?:\|[^<>]*)?>/g, (_whole, name: string) => `@${name === 'everyone' ? 'all' : name}`)

function readOne(fields: Fields): Answer {
  const props = isFields(fields['props']) ? fields['props'] : {}
  const attachments = Array.isArray(fields['attachments']) ? fields['attachments'].filter(isFields) : []
  const isPlain = fields['skip_slack_parsing'] === true
  const text = textOf(fields['text'])
  const type = textOf(fields['type'], 26)
  return {
    kind: fields['response_type'] === 'in_channel' ? 'inChannel' : 'ephemeral', text: isPlain ? text : plainText(text), goToLocation: textOf(fields['goto_location'], 2000),
    postType: type.startsWith('custom_') || type === 'me' ? type : '', username: textOf(fields['username'], 64), iconUrl: textOf(fields['icon_url'], 1024),
    channelId: textOf(fields['channel_id'], 26), props: { ...props, ...(attachments.length > 0 && { attachments }) },
  }
}

/** What another server answered: text, or what Mattermost takes as JSON. The first is the answer, others follow it. */
export function readResponse(contentType: string, body: string): Answer[] | undefined {
  if (!/^application\/json\b/i.test(contentType.trim())) return body.trim() === '' ? [] : [readOne({ text: body })]
  try {
    const told: unknown = JSON.parse(body)
    if (!isFields(told)) return undefined
    const extra = Array.isArray(told['extra_responses']) ? told['extra_responses'].filter(isFields).slice(0, maximumExtra) : []
    return [told, ...extra].map(readOne)
  } catch {
    return undefined
  }
}
