import { computed, h, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import { useChannels, usePlace, useSession, useTeams, useUsers } from '../../../data/index.ts'
import { useChannelNames } from '../../channel-names.ts'
import EmojiGlyph from '../../emoji/emoji-glyph.vue'
import { useMessageLinks } from '../message-links.ts'
import { anyTeam } from '../post-address.ts'
import { ownPlace } from './addresses.ts'
import CodeBlock from './code-block.vue'
import Formula from './formula.vue'
import InlineImage from './inline-image.vue'
import type { MarkdownParts } from './render.ts'
import { broadcastNames, namesOf } from './words.ts'

/** How messages are drawn on this page: with the people, channels and emoji that it knows. What the server tells has names, not mentions. */
export function useMarkdownParts(isTold: () => boolean = () => false): ComputedRef<MarkdownParts> {
  const users = useUsers()
  const channels = useChannels()
  const teams = useTeams()
  const place = usePlace()
  const session = useSession()
  const names = useChannelNames()
  const links = useMessageLinks()
  const router = useRouter()
  const { t } = useI18n()

  const withinApp = (path: string) => ({
    href: path,
    onClick(event: MouseEvent) {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return
      event.preventDefault()
      void router.push(path)
    },
  })
  return computed(() => ({
    mention(name, text) {
      for (const candidate of namesOf(name)) {
        const rest = text.slice(1 + candidate.length)
        if (broadcastNames.includes(candidate)) return h('span', [h('span', { class: 'mention of-me' }, `@${candidate}`), rest])
        const user = users.named(candidate)
        if (!user) continue
        const properties = { class: ['mention', { 'of-me': user.id === session.me?.id }] }
        const label = h('bdi', `${isTold() ? '' : '@'}${names.value.person(user)}`)
        const { openProfile } = links
        const shown = openProfile
          ? h('button', { ...properties, type: 'button', onClick: (event: MouseEvent) => { openProfile(user, event.currentTarget as HTMLElement) } }, [label])
          : h('span', { ...properties, title: `@${user.username}` }, [label])
        return rest ? h('span', [shown, rest]) : shown
      }
      return text
    },
    channel(name, text) {
      const team = teams.teams.get(place.teamId)
      const channel = team && channels.byName(team.id, name)
      return channel && team ? h('a', { class: 'channel-link', ...withinApp(router.resolve(names.value.link(channel, team.name)).href) }, [h('bdi', `~${names.value.channel(channel)}`)]) : text
    },
    hashtag(text) {
      const { search } = links
      return search ? h('button', { class: 'hashtag', type: 'button', onClick: () => { search(text) } }, [h('bdi', text)]) : h('bdi', text)
    },
    emoji: (name) => h(EmojiGlyph, { name }),
    code: (text, language) => h(CodeBlock, { text, language }),
    maths: (text, isBlock) => h(Formula, { text, isBlock }),
    image: (address, description, isAlone) => h(InlineImage, { address, description, isAlone }),
    link(address, children) {
      const own = ownPlace(address, location.origin, teams.ofChannel('')?.name ?? anyTeam)
      return own ? h('a', withinApp(own), children) : h('a', { href: address, target: '_blank', rel: 'noopener noreferrer nofollow' }, children)
    },
    task: (isDone) => h('span', { class: ['box', { done: isDone }], role: 'img', 'aria-label': t(isDone ? 'messages.taskDone' : 'messages.taskOpen') }),
    tableLabel: t('messages.table'),
  }))
}
