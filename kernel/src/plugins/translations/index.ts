export { faultOfTranslations } from './fault-of-translations.ts'
export { findSentence } from './localised.ts'
export { createTranslations, type PluginTexts } from './translations.ts'
