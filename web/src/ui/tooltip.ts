import { cloneVNode, Comment, defineComponent, withDirectives, type PropType } from 'vue'
import { useTooltips, type Tooltip as Words } from './tooltips.ts'

/** Gives the one element in it a tooltip. */
export const Tooltip = defineComponent({
  name: 'Tooltip', inheritAttrs: false,
  props: { text: { type: String, required: true }, keys: { type: String as PropType<string | undefined>, default: undefined }, side: { type: String as PropType<Words['side']>, default: 'top' } },
  setup(props, { slots, attrs }) {
    const { directive } = useTooltips()
    return () => {
      const child = slots['default']?.().find(({ type }) => type !== Comment)
      return child && withDirectives(cloneVNode(child, attrs), [[directive, { ...props }]])
    }
  },
})
