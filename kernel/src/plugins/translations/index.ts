export { faultOfTranslations } from './fault-of-translations.ts'
export { createTranslations, type PluginTexts } from './translations.ts'
