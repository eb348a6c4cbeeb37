import { useI18n } from 'vue-i18n'
import type { Team } from '@rookery/sdk/protocol'
import { useCopying } from '../copy-text.ts'

/** Puts the address that invites to a team into the clipboard. */
export function useCopyInvitation(): (team: Team) => Promise<unknown> {
  const copy = useCopying()
  const { t } = useI18n()
  return (team) => copy(`${location.origin}/signup_user_complete?id=${team.inviteId}`, t('shell.invitationCopied'))
}
