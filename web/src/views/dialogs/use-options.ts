import { hasText, useChannels, usePlace, useUsers, type DialogField, type DialogOption } from '../../data/index.ts'
import { useFormats } from '../../locales/index.ts'
import { useChannelNames } from '../channel-names.ts'

const maximumFound = 30

/** What can be chosen in a field: of its own list, of the people or channels of the team, or of what the other side finds. */
export function useOptions(field: () => Pick<DialogField, 'source' | 'options'>, lookUp: (words: string) => Promise<readonly DialogOption[]>) {
  const [users, channels, place] = [useUsers(), useChannels(), usePlace()]
  const [names, formats] = [useChannelNames(), useFormats()]

  const ofUsers = async (term: string): Promise<readonly DialogOption[]> => {
    const found = await users.autocomplete({ name: term.toLocaleLowerCase(), ...(place.teamId && { teamId: place.teamId }), limit: maximumFound })
    return found.users.map((user) => ({ text: `${names.value.person(user)} (@${user.username})`, value: user.id }))
  }
  /** One's own, and then those that one could join. */
  const ofChannels = async (term: string): Promise<readonly DialogOption[]> => {
    const isOfTeam = ({ type, displayName }: { type: string, displayName: string }): boolean => (type === 'O' || type === 'P') && hasText(displayName, term)
    const mine = channels.ofTeam(place.teamId).filter(isOfTeam).sort((one, other) => formats.value.compare(one.displayName, other.displayName))
    const known = new Set(mine.map(({ id }) => id))
    // Whoever has found theirs does not want to hear that others could not be asked for.
    const others = term === '' ? [] : await channels.search({ teamId: place.teamId, term, scope: 'public' }).catch((error: unknown) => {
      if (mine.length > 0) return []
      throw error
    })
    return [...mine, ...others.filter(({ id }) => !known.has(id))].slice(0, maximumFound).map(({ id, displayName }) => ({ text: displayName, value: id }))
  }
  return {
    find(term: string): Promise<readonly DialogOption[]> {
      switch (field().source) {
        case 'users': return ofUsers(term)
        case 'channels': return ofChannels(term)
        case 'dynamic': return lookUp(term)
        case '': return Promise.resolve(field().options.filter(({ text }) => hasText(text, term)))
      }
    },
    /** Of what was chosen before anybody searched; who is not here yet is asked for. */
    nameOf(value: string): string | undefined {
      const { source, options } = field()
      if (source === 'users') return names.value.person(users.get(value))
      if (source === 'channels') return channels.channels.get(value)?.displayName
      return options.find((option) => option.value === value)?.text
    },
  }
}
