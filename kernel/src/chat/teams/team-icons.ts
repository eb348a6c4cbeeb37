import { Readable } from 'node:stream'
import { RookeryError, teamsGetIcon, teamsRemoveIcon, teamsSetIcon } from '@rookery/sdk/protocol'
import { implement, type AnyImplementation } from '../../operations/index.ts'
import { sql } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'
import { changeTeam } from './change-team.ts'

const iconKey = (teamId: string): string => `teams/${teamId}.png`
/** Of the upload; what is kept is 128 × 128 pixels. */
const maximumUploadBytes = 10 * 1024 * 1024
const daySeconds = 86_400

/** All of a stream, which is left open when it is too long: whoever gave it decides about the rest. */
async function readImage(stream: Readable | undefined): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of (stream?.iterator({ destroyOnReturn: false }) ?? []) as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > maximumUploadBytes) throw new RookeryError('image_too_large')
    chunks.push(chunk)
  }
  if (length === 0) throw new RookeryError('image_invalid')
  return Buffer.concat(chunks)
}

/** Pictures of teams. */
export function createTeamIcons(parts: Pick<ChatParts, 'writer' | 'access' | 'clock' | 'files' | 'images'>): AnyImplementation[] {
  const { access, clock, files, images } = parts
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
        await files.write(iconKey(teamId), Readable.from([await images.avatar(await readImage(stream))]))
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
