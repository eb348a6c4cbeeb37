import { Readable } from 'node:stream'
import { RookeryError, teamsGetIcon, teamsRemoveIcon, teamsSetIcon } from '@rookery/sdk/protocol'
import { implement, type AnyImplementation } from '../../operations/index.ts'
import { sql } from '../../storage/index.ts'
import type { PictureReader } from '../files/read-picture.ts'
import type { ChatParts } from '../parts.ts'
import { changeTeam } from './change-team.ts'

const iconKey = (teamId: string): string => `teams/${teamId}.png`
const daySeconds = 86_400

/** Pictures of teams. */
export function createTeamIcons(parts: Pick<ChatParts, 'writer' | 'access' | 'clock' | 'files' | 'images'> & { readonly pictures: PictureReader }): AnyImplementation[] {
  const { access, clock, files, images, pictures } = parts
  return [
    implement(teamsGetIcon, {
      async access(context, { teamId }) {
        const team = await access.team(context, teamId)
        const sizeBytes = team.lastIconUpdateAt > 0 ? await files.size(iconKey(teamId)) : undefined
        if (sizeBytes === undefined) throw new RookeryError('team_icon_not_found')
        return { team, sizeBytes }
      },
      handle: (_context, { teamId }, { team: { name, lastIconUpdateAt }, sizeBytes }) => ({
        value: { lastIconUpdateAt }, sizeBytes, mimeType: 'image/png', fileName: `${name}.png`, version: String(lastIconUpdateAt), maximumAgeSeconds: daySeconds,
        open: (range) => files.read(iconKey(teamId), range),
      }),
    }),
    implement(teamsSetIcon, {
      access: (context, { teamId }) => access.team(context, teamId, 'manage_team'),
      async handle(context, { teamId }, _team, stream) {
        const icon = await pictures.read(stream, access.userId(context), (bytes) => images.avatar(bytes))
        await files.write(iconKey(teamId), Readable.from([icon]))
        await changeTeam(parts, context, teamId, sql.fragment`last_icon_update_at = ${clock.now()}`)
        return {}
      },
    }),
    implement(teamsRemoveIcon, {
      access: (context, { teamId }) => access.team(context, teamId, 'manage_team'),
      async handle(context, { teamId }) {
        await changeTeam(parts, context, teamId, sql.fragment`last_icon_update_at = 0`)
        await files.remove(iconKey(teamId))
        return {}
      },
    }),
  ]
}
