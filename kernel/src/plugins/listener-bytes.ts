import { channelsSetProps, usersSetProps, type Audience, type Operation } from '@rookery/sdk/protocol'

/** How many hear of an event of this audience. */
export type CountListeners = (audience: Audience) => number

/** In characters, about: what is around the payload of a frame, and what it costs besides to send one. */
const frameLength = 256
/** An account or a channel without what plugins keep on it. */
const thingLength = 1000

/** What telling so many of something costs: a word to everybody is as much as a long text to a few. */
export const bytesTo = (listeners: number, length: number): number => listeners * (frameLength + length)

const audiences: ReadonlyMap<Operation, (input: { readonly channelId?: unknown }) => Audience> = new Map<Operation, (input: { readonly channelId?: unknown }) => Audience>([
  [usersSetProps, () => ({})],
  [channelsSetProps, ({ channelId }) => ({ channelId: String(channelId) })],
])

/** What an operation of a plugin's own has the server tell others of; undefined where nothing is told for its sake alone. The input was not validated. */
export function createListenerBytes(countListeners: CountListeners): (operation: Operation, input: unknown) => number | undefined {
  return (operation, input) => {
    const audienceOf = audiences.get(operation)
    if (!audienceOf || typeof input !== 'object' || input === null) return undefined
    return bytesTo(countListeners(audienceOf(input)), thingLength + JSON.stringify(input).length)
  }
}
