import { RookeryError } from '@rookery/sdk/protocol'
import { cleanDisplayName } from '../../text/index.ts'

/** A team's name as people see it. */
export function readTeamDisplayName(text: string): string {
  const name = cleanDisplayName(text)
  if (name === '') throw new RookeryError('invalid_input', { field: 'displayName', reason: 'it has no letter that can be seen' })
  return name
}
