import { inject, provide, shallowRef, type InjectionKey, type ObjectDirective, type ShallowRef } from 'vue'

/** A few words beside what the pointer or the focus is on, and the keys that do the same. */
export interface Tooltip {
  readonly text: string
  readonly keys?: string | undefined
  readonly side?: 'top' | 'bottom' | 'left' | 'right' | undefined
}

/**
 * One tooltip for the whole page: there are dozens of buttons on it, and at most one of them says its name. What has a
 * tooltip costs nothing until it is pointed at.
 */
export interface Tooltips {
  readonly shown: Readonly<ShallowRef<{ readonly element: HTMLElement, readonly tooltip: Tooltip } | undefined>>
  /** The nearest with a tooltip, from an element outwards. */
  find(from: EventTarget | null): HTMLElement | undefined
  show(element: HTMLElement): void
  hide(): void
  readonly directive: ObjectDirective<HTMLElement, Tooltip>
}

export function createTooltips(): Tooltips {
  const known = new WeakMap<Node, Tooltip>()
  const shown: Tooltips['shown'] = shallowRef()
  const set = (element: HTMLElement | undefined): void => {
    const tooltip = element && known.get(element)
    ;(shown as ShallowRef).value = element && tooltip ? { element, tooltip } : undefined
  }
  return {
    shown,
    find(from) {
      for (let node = from instanceof Node ? from : null; node; node = node.parentNode) if (known.has(node)) return node as HTMLElement
      return undefined
    },
    show: set,
    hide: () => { set(undefined) },
    directive: {
      beforeMount(element, { value }) { known.set(element, value) },
      updated(element, { value }) {
        const before = known.get(element)
        known.set(element, value)
        if (shown.value?.element === element && (before?.text !== value.text || before.keys !== value.keys)) set(element)
      },
      beforeUnmount(element) {
        known.delete(element)
        if (shown.value?.element === element) set(undefined)
      },
    },
  }
}

const tooltipsKey: InjectionKey<Tooltips> = Symbol('tooltips')

export function provideTooltips(): Tooltips {
  const tooltips = createTooltips()
  provide(tooltipsKey, tooltips)
  return tooltips
}

export function useTooltips(): Tooltips {
  const tooltips = inject(tooltipsKey)
  if (!tooltips) throw new Error('The app shows tooltips with <TooltipPlace>')
  return tooltips
}
