import { useI18n } from 'vue-i18n'
import type { Team } from '@rookery/sdk/protocol'
import { useToasts } from '../../ui/index.ts'

/** Puts the address that invites to a team into the clipboard. */
export function useCopyInvitation(): (team: Team) => Promise<void> {
  const toasts = useToasts()
  const { t } = useI18n()
  return async (team) => {
    await navigator.clipboard.writeText(`${location.origin}/signup_user_complete?id=${team.inviteId}`)
    toasts.show(t('shell.invitationCopied'))
  }
}
