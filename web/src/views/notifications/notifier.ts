import { onScopeDispose, watch, watchEffect } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import { useChannels, useNotifications, useTeams, useThreads, useUsers, type Told } from '../../data/index.ts'
import { useChannelNames } from '../channel-names.ts'
import { authorOf } from '../messages/author.ts'
import { pictureOf } from '../picture.ts'
import { useDocumentVisibility } from '../visibility.ts'
import { playChime } from './chime.ts'
import { useNotificationPermission } from './permission.ts'
import { plainText } from './plain-text.ts'
import { onNoticeClick, showSystemNotice, type SystemNotice } from './system-notice.ts'

interface Open { readonly shown: SystemNotice, readonly channelId: string, readonly rootId: string }

/** Tells by the means of the system: a notification that leads to its post, and goes when that was read, here or elsewhere. */
export function useNotifier(): void {
  const [channels, notifications, permission, teams, threads, users] = [useChannels(), useNotifications(), useNotificationPermission(), useTeams(), useThreads(), useUsers()]
  const [names, router, isVisible, { t }] = [useChannelNames(), useRouter(), useDocumentVisibility(), useI18n()]
  const open = new Map<string, Open>()
  watchEffect(() => { notifications.isSeen = isVisible.value })

  const wordsOf = ({ post, channel, senderName, notice }: Told): { title: string, body: string } => {
    const content = notifications.content()
    if (content === 'nothing') return { title: t('app.name'), body: t('notifications.newMessage') }
    const user = users.get(post.userId)
    const { name } = authorOf(post, user, user ? names.value.person(user) : senderName)
    const known = channels.channels.get(channel.id)
    const where = channel.type === 'D' ? '' : known ? names.value.channel(known) : channel.displayName
    const values = { name, channel: where }
    const title = notice.kind === 'reply' ? t(where ? 'notifications.repliedIn' : 'notifications.replied', values) : where ? t('notifications.wroteIn', values) : name
    if (content === 'sender') return { title, body: t('notifications.newMessage') }
    return { title, body: plainText(post.message) || (post.fileIds.length > 0 ? t('notifications.files', { count: post.fileIds.length }) : t('notifications.newMessage')) }
  }
  const pathOf = ({ post, channel }: Told): string => {
    const team = teams.ofChannel(channel.teamId)
    return team ? router.resolve({ name: 'post', params: { team: team.name, post: post.id } }).fullPath : '/'
  }
  const tell = async (told: Told): Promise<void> => {
    if (permission.permission === 'default') permission.isWanted = true
    if (permission.permission !== 'granted') return
    const { post, channel, notice, isOneOfMany } = told
    const { title, body } = wordsOf(told)
    const tag = isOneOfMany ? channel.id : post.id
    const path = pathOf(told)
    if (notice.hasSound && !isOneOfMany) playChime().catch(() => {})
    // Our own sound is played instead of the system's, by the settings of the account.
    const shown = await showSystemNotice(title, { body, tag, silent: true, icon: pictureOf(users.get(post.userId)) ?? '/icon.svg', dir: 'auto' }, path, {
      clicked() {
        window.focus()
        void router.push(path)
      },
      closed() { if (open.get(tag)?.shown === shown) open.delete(tag) },
    })
    open.set(tag, { shown, channelId: post.channelId, rootId: post.rootId })
  }
  notifications.listener = (told) => { tell(told).catch(console.error) }
  const endHearing = onNoticeClick((path) => { void router.push(path) })

  const isRead = ({ channelId, rootId }: Open): boolean => {
    const { messages, mentions } = channels.unread(channelId)
    return rootId === '' ? messages === 0 && mentions === 0 : threads.threads.get(rootId)?.unreadReplies === 0
  }
  watch([() => [...channels.members.values()], () => [...threads.threads.values()]], () => {
    for (const one of [...open.values()]) if (isRead(one)) one.shown.close()
  })
  onScopeDispose(() => {
    notifications.listener = undefined
    notifications.isSeen = false
    endHearing()
    for (const { shown } of open.values()) shown.close()
  })
}
