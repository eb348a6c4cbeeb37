export { default as PluginSlot } from './plugin-slot.vue'
export type { Contribution, SlotName, Slots } from './contribution.ts'
