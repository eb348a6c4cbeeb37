import { shallowRef } from 'vue'
import type { Team } from '@rookery/sdk/protocol'
import { useCategories, useChannels } from '../../data/index.ts'
import { useAction } from '../action.ts'
import { canHold } from './sections.ts'
import { useSidebarView } from './sidebar-view.ts'

interface Dragged { readonly kind: 'channel' | 'category', readonly id: string }
/** Where it would be put: before `beforeId`, or at the end where that is ''. */
interface Target { readonly categoryId: string, readonly beforeId: string, readonly place: number }

const kindType = 'application/x-rookery-sidebar'

/** How many of the elements lie above the pointer. */
const placeAmong = (elements: readonly Element[], y: number): number => elements.filter((element) => {
  const { top, height } = element.getBoundingClientRect()
  return top + height / 2 < y
}).length

/**
 * Channels and categories drawn to another place with the pointer. Listens on the whole list: rows carry
 * `data-channel`, sections `data-category`.
 */
export function useSidebarDrag(team: () => Team) {
  const [categories, channels, view] = [useCategories(), useChannels(), useSidebarView()]
  const dragged = shallowRef<Dragged>()
  const target = shallowRef<Target>()
  const saving = useAction((work: () => Promise<unknown>) => work(), { tells: 'toast' })
  const idOf = (element: Element | null | undefined, kind: Dragged['kind']): string => (element as HTMLElement | null | undefined)?.dataset[kind] ?? ''

  const onDragstart = (event: DragEvent): void => {
    const element = event.target as HTMLElement
    const kind = element.dataset['channel'] ? 'channel' : 'category'
    const id = idOf(kind === 'channel' ? element : element.closest('[data-category]'), kind)
    if (!id || !event.dataTransfer) return
    event.dataTransfer.setData(kindType, id)
    event.dataTransfer.effectAllowed = 'move'
    dragged.value = { kind, id }
  }
  const onDragover = (event: DragEvent): void => {
    const what = dragged.value
    const section = (event.target as Element).closest?.('[data-category]')
    if (!what || !section) return
    const categoryId = idOf(section, 'category')
    const category = categories.sidebars.get(team().id)?.find(({ id }) => id === categoryId)
    const channel = channels.channels.get(what.id)
    if (what.kind === 'channel' && (!category || !channel || !canHold(category, channel))) {
      target.value = undefined
      return
    }
    event.preventDefault()
    const all = what.kind === 'channel' ? section.querySelectorAll('[data-channel]') : (event.currentTarget as Element).querySelectorAll('[data-category]')
    const others = [...all].filter((element) => idOf(element, what.kind) !== what.id)
    const place = placeAmong(others, event.clientY)
    target.value = { categoryId: what.kind === 'channel' ? categoryId : '', beforeId: idOf(others[place], what.kind), place }
  }
  const onDragend = (): void => {
    dragged.value = undefined
    target.value = undefined
  }
  const onDrop = (event: DragEvent): void => {
    const [what, where] = [dragged.value, target.value]
    if (!what || !where) return
    event.preventDefault()
    onDragend()
    const teamId = team().id
    if (what.kind === 'category') {
      // Empty favourites are not on the screen, yet they are in the order.
      const order = (categories.sidebars.get(teamId) ?? []).map(({ id }) => id).filter((id) => id !== what.id)
      void saving.run(() => categories.move(teamId, what.id, where.beforeId ? order.indexOf(where.beforeId) : order.length))
      return
    }
    const ids = view.sections.find(({ category }) => category.id === where.categoryId)?.channels.map(({ id }) => id) ?? []
    const others = ids.filter((id) => id !== what.id)
    void saving.run(() => categories.moveChannel(teamId, what.id, where.categoryId, where.beforeId ? others.indexOf(where.beforeId) : others.length, ids))
  }
  const onDragleave = (event: DragEvent): void => {
    if (!(event.currentTarget as Element).contains(event.relatedTarget as Node | null)) target.value = undefined
  }
  return { dragged, target, listeners: { dragstart: onDragstart, dragover: onDragover, dragend: onDragend, dragleave: onDragleave, drop: onDrop } }
}
