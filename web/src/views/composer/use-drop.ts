import { onBeforeUnmount, onMounted, ref, type Ref } from 'vue'
import { filesOf } from './paste/files.ts'

const holdsFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false

/** Files that are dragged over an element and dropped there. Answers where to show it; undefined while nobody drags. */
export function useDrop(element: () => HTMLElement | null | undefined, onFiles: (files: readonly File[], folders: readonly string[]) => void): Readonly<Ref<Record<string, string> | undefined>> {
  const place = ref<Record<string, string>>()
  let depth = 0
  let target: HTMLElement | undefined
  const end = (): void => {
    depth = 0
    place.value = undefined
  }
  const handlers: Record<string, (event: DragEvent) => void> = {
    dragenter(event) {
      if (!holdsFiles(event) || !target) return
      event.preventDefault()
      depth += 1
      const { top, left, width, height } = target.getBoundingClientRect()
      place.value = { top: `${top}px`, left: `${left}px`, width: `${width}px`, height: `${height}px` }
    },
    dragover(event) {
      if (!holdsFiles(event) || !event.dataTransfer) return
      event.preventDefault()
      event.dataTransfer.dropEffect = 'copy'
    },
    dragleave(event) {
      if (!holdsFiles(event)) return
      depth -= 1
      if (depth <= 0) end()
    },
    drop(event) {
      if (!holdsFiles(event)) return
      event.preventDefault()
      end()
      const { files, folders } = filesOf(event.dataTransfer?.items ?? [])
      onFiles(files, folders)
    },
  }
  onMounted(() => {
    target = element() ?? undefined
    for (const [name, handler] of Object.entries(handlers)) target?.addEventListener(name, handler as EventListener)
  })
  onBeforeUnmount(() => { for (const [name, handler] of Object.entries(handlers)) target?.removeEventListener(name, handler as EventListener) })
  return place
}
