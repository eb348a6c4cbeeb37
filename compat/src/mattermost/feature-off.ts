import { RookeryError } from '@rookery/sdk/protocol'
import { V4Error } from './route.ts'

const isOff = (error: unknown): error is RookeryError => error instanceof RookeryError && error.code === 'feature_unavailable'

/** Mattermost says of each feature by an id of its own that it is off. */
export async function orSayOff<Value>(mattermostId: string, work: Promise<Value>): Promise<Value> {
  try {
    return await work
  } catch (error) {
    throw isOff(error) ? new V4Error(mattermostId, 'feature_unavailable', error.details) : error
  }
}

/** What clients ask while they start has an empty answer where the feature is off. */
export async function orNothing<Value, Nothing>(nothing: Nothing, work: Promise<Value>): Promise<Value | Nothing> {
  try {
    return await work
  } catch (error) {
    if (isOff(error)) return nothing
    throw error
  }
}
