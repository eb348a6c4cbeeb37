export type { SlotName, Slots } from './contribution.ts'
export { default as PluginSlot } from './plugin-slot.vue'
export { default as PluginView } from './plugin-view.vue'
export { useWebPart } from './page-part.ts'
