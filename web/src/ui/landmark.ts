import { shallowRef, type ComponentPublicInstance, type Ref } from 'vue'

/**
 * Where what floats is put: into the part of the page that it was opened from (the nearest with a FloatPlace). At the end
 * of the page it would belong to no landmark, so that readers who go from part to part would not find it.
 */
export function useLandmark(): { readonly landmark: Ref<HTMLElement>, findLandmark(opener: Pick<ComponentPublicInstance, '$el'> | null): void } {
  const landmark = shallowRef(document.body)
  return {
    landmark,
    findLandmark(opener) {
      landmark.value = document.body
      const node: unknown = opener?.$el
      // A component of several nodes is known by a text before the first.
      for (let element = node instanceof Element ? node : node instanceof Node ? node.parentElement : null; element; element = element.parentElement) {
        const place = element.querySelector<HTMLElement>(':scope > [data-floats]')
        if (!place) continue
        landmark.value = place
        return
      }
    },
  }
}
