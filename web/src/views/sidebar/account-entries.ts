import { LogOut, Settings, Wrench } from '@lucide/vue'
import { h } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import type { StatusName } from '@rookery/sdk/protocol'
import { useSession, useStatuses } from '../../data/index.ts'
import { useFormats } from '../../locales/index.ts'
import { useAction } from '../action.ts'
import type { MenuEntry, MenuGroups } from '../menus/menu-entry.ts'
import { dndDurations, dndEndOf } from '../people/dnd-ends.ts'
import StatusDot from '../people/status-dot.vue'
import { useSignOut } from '../sign-out.ts'

/** What somebody says of being there, and what belongs to the account. */
export function useAccountEntries(): MenuGroups {
  const [session, statuses, formats, router, { t }] = [useSession(), useStatuses(), useFormats(), useRouter(), useI18n()]
  const myId = (): string => session.me?.id ?? ''
  const current = () => statuses.get(myId())
  const choose = useAction((status: StatusName, dndEndAt: number = 0) => statuses.update({ userId: myId(), status, ...(status === 'dnd' && { dndEndAt }) }), { tells: 'toast' })
  const signOut = useSignOut()
  const dotOf = (status: StatusName) => {
    const dot = () => h(StatusDot, { status })
    return () => dot
  }
  const presence = (status: 'online' | 'away' | 'offline'): MenuEntry =>
    ({ id: `account.${status}`, area: 'account', icon: dotOf(status), title: () => t(`status.${status}`), isChosen: () => current() === status, run: () => choose.run(status) })
  const silence = (): string => {
    const end = statuses.endOf(myId())
    return current() !== 'dnd' ? t('status.dnd') : end > 0 ? t('status.dndUntil', { time: formats.value.until(end) }) : t('status.dndOn')
  }
  return [
    [
      presence('online'), presence('away'),
      {
        id: 'account.dnd', area: 'account', icon: dotOf('dnd'), title: silence, run() {},
        entries: () => [dndDurations.map((duration): MenuEntry => ({
          id: `account.dnd.${duration}`, area: 'account', title: () => t(`status.for.${duration}`), run: () => choose.run('dnd', dndEndOf(duration, Date.now(), formats.value.calendar)),
        }))],
      },
      presence('offline'),
    ],
    [
      { id: 'account.settings', area: 'account', icon: () => Settings, title: () => t('shell.settings'), shortcut: 'Mod+,', run: () => router.push({ name: 'settings' }) },
      { id: 'account.administration', area: 'account', icon: () => Wrench, title: () => t('shell.administration'), when: () => session.isAdmin, run: () => router.push({ name: 'admin' }) },
      { id: 'account.signOut', area: 'account', icon: () => LogOut, title: () => t('shell.signOut'), followsReading: true, run: signOut },
    ],
  ]
}
